"""The edge's configuration in the real nginx: static files, headers, limits, errors, logs, and what reaches an upstream."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.commands.running import free_port
from backend.config import Settings
from backend.errors import (
    AppError,
    MethodNotAllowed,
    NotFound,
    TooLarge,
    TooManyRequests,
    UpstreamUnavailable,
    all_errors,
)
from backend.tests.client import check_envelope
from backend.tests.conftest import LoopbackServer
from backend.tests.deploy.edge import MAX_BODY, NGINX, Edge, kib, running_edge
from backend.tests.deploy.upstream import Upstream, running_upstream

SCRIPT = "console.log('interview');\n" * 200
LARGEST = kib(MAX_BODY) * 1024
SECURITY = (
    "content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
    "permissions-policy",
)  # fmt: skip


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with running_upstream() as server:
        yield server


@pytest.fixture(scope="module")
def edge(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    with running_edge(_with_files(tmp_path_factory.mktemp("edge")), [upstream.address]) as edge:
        yield edge


@pytest.fixture
def web(edge: Edge) -> Iterator[httpx.Client]:
    with edge.client() as client:
        yield client


def _with_files(folder: Path) -> Path:
    assets = folder / "html" / "assets"
    assets.mkdir(parents=True)
    (folder / "html" / "index.html").write_text("<!doctype html><title>Interview Helper</title>")
    for name in ("index-AbCd1234.js", "style-AbCd1234.css", "engine-AbCd1234.wasm", "inter-AbCd1234.woff2", "w.mjs"):
        (assets / name).write_text(SCRIPT)
    return folder


def _nginx_said(response: httpx.Response, error: type[AppError]) -> None:
    """The answer is this error, word for word as the application would have said it."""
    assert response.status_code == error.status
    assert response.headers["content-type"].startswith("application/json")
    wire = check_envelope(response)
    assert wire == error().as_wire(wire["request_id"])
    assert response.headers["cache-control"] == "no-store"


# --- static files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind", "cache"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/sessions/abc/report", "text/html; charset=utf-8", "no-cache"),
        ("/assets/index-AbCd1234.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/w.mjs", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/style-AbCd1234.css", "text/css; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/engine-AbCd1234.wasm", "application/wasm", "public, max-age=31536000, immutable"),
        ("/assets/inter-AbCd1234.woff2", "font/woff2", "public, max-age=31536000, immutable"),
    ],
)
def test_static_files_have_their_type_and_caching(web: httpx.Client, path: str, kind: str, cache: str) -> None:
    response = web.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == kind
    assert response.headers["cache-control"] == cache
    again = web.get(path, headers={"If-None-Match": response.headers["etag"], "Accept-Encoding": "identity"})
    assert again.status_code in {200, 304}  # a compressed answer's tag is a weak one


def test_an_unchanged_page_is_not_sent_again(web: httpx.Client) -> None:
    plain = {"Accept-Encoding": "identity"}
    first = web.get("/", headers=plain)
    again = web.get("/", headers={**plain, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["cache-control"] == "no-cache"


def test_scripts_are_compressed(web: httpx.Client) -> None:
    response = web.get("/assets/index-AbCd1234.js")
    assert response.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in response.headers["vary"].lower()
    assert response.text == SCRIPT


def test_a_missing_asset_is_an_error_and_not_the_page(web: httpx.Client) -> None:
    _nginx_said(web.get("/assets/gone-AbCd1234.js"), NotFound)


def test_files_that_begin_with_a_dot_are_not_served(edge: Edge, web: httpx.Client) -> None:
    (edge.folder / "html" / ".env").write_text("SECRET_KEY=x")
    _nginx_said(web.get("/.env"), NotFound)


# --- headers ---------------------------------------------------------------------------------------------------------


def test_the_edge_sends_the_security_headers_that_the_application_sends(
    web: httpx.Client, fast_product: LoopbackServer
) -> None:
    app = httpx.get(f"{fast_product.base_url}/health/live", trust_env=False, timeout=60).headers
    for path in ("/", "/assets/index-AbCd1234.js", "/assets/gone.js", "/metrics"):
        own = web.get(path).headers
        assert {name: own[name] for name in SECURITY} == {name: app[name] for name in SECURITY}
        assert own["strict-transport-security"] == "max-age=31536000"


def test_no_header_is_sent_twice_on_what_the_application_answers(tmp_path: Path, fast_product: LoopbackServer) -> None:
    with running_edge(_with_files(tmp_path), [f"127.0.0.1:{fast_product.port}"]) as edge:
        for path in ("/api/v1/catalog", "/api/v1/nothing", "/health/live"):
            answer = httpx.get(edge.https + path, verify=edge.trust(), trust_env=False, timeout=60)
            for name in (*SECURITY, "x-request-id", "strict-transport-security"):
                assert len(answer.headers.get_list(name)) == 1, name
            assert len(answer.headers.get_list("cache-control")) <= 1
            assert "nginx/" not in answer.headers["server"]


def test_the_requests_id_is_kept_or_replaced(web: httpx.Client) -> None:
    for sent, kept in (("my-request.1", True), ("not well formed!", False), ("x" * 65, False)):
        answer = web.get("/api/v1/anything", headers={"X-Request-ID": sent})
        seen = answer.json()["headers"]["X-Request-ID"]
        assert (seen == sent) is kept
        assert answer.headers["x-request-id"] == seen


def test_a_callers_trace_is_passed_on(web: httpx.Client) -> None:
    sent = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tracestate": "a=1"}
    received = {name.lower(): value for name, value in web.get("/api/v1/me", headers=sent).json()["headers"].items()}
    assert sent.items() <= received.items()


def test_who_calls_is_decided_by_the_edge(web: httpx.Client) -> None:
    claimed = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Forwarded-Proto": "http"}
    seen = web.get("/api/v1/anything", headers=claimed).json()["headers"]
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Proto"] == "https"
    assert "Forwarded" not in seen


@pytest.mark.parametrize(("trusted", "caller"), [("127.0.0.0/8", "203.0.113.9"), ("10.0.0.0/8", "127.0.0.1")])
def test_behind_an_ingress_only_its_word_counts(upstream: Upstream, tmp_path: Path, trusted: str, caller: str) -> None:
    with running_edge(_with_files(tmp_path), [upstream.address], mode="plain", trusted=trusted) as edge:
        page = httpx.get(f"{edge.http}/", headers={"X-Forwarded-Proto": "https"}, trust_env=False, timeout=60)
        assert page.status_code == 200
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        assert "strict-transport-security" not in httpx.get(f"{edge.http}/", trust_env=False, timeout=60).headers
        claimed = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
        seen = httpx.get(f"{edge.http}/api/v1/x", headers=claimed, trust_env=False, timeout=60).json()["headers"]
        assert seen["X-Forwarded-For"] == caller


def test_http_is_sent_on_to_https(edge: Edge) -> None:
    answer = httpx.post(f"{edge.http}/api/v1/guests?x=1", trust_env=False, timeout=60)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"{edge.https}/api/v1/guests?x=1"


def test_http_2_is_spoken(edge: Edge) -> None:
    features = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout
    if "HTTP2" not in features:
        pytest.skip("this curl has no HTTP/2")
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_version} %{http_code}", "--http2", "--noproxy", "*"]
    command += ["--cacert", str(edge.certificate)]
    for path in ("/", "/api/v1/anything"):
        done = subprocess.run([*command, edge.https + path], capture_output=True, text=True, check=True)
        assert done.stdout == "2 200"


@pytest.mark.parametrize(("version", "accepted"), [("1.1", False), ("1.2", True), ("1.3", True)])
def test_only_current_tls_is_spoken(edge: Edge, version: str, accepted: bool) -> None:
    command = ["curl", "-s", "-o", "/dev/null", "--noproxy", "*", "--cacert", str(edge.certificate)]
    command += [f"--tlsv{version}", "--tls-max", version, edge.https]
    assert (subprocess.run(command, check=False).returncode == 0) is accepted


# --- what is closed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/metrics", "/metrics/", "/docs", "/redoc", "/docs/oauth2-redirect", "/%6Detrics"])
def test_operators_pages_are_closed(web: httpx.Client, upstream: Upstream, path: str) -> None:
    before = len(upstream.requests)
    _nginx_said(web.get(path), NotFound)
    assert len(upstream.requests) == before


def test_the_page_takes_no_writes(web: httpx.Client) -> None:
    _nginx_said(web.post("/", content=b"x"), MethodNotAllowed)


# --- bodies ----------------------------------------------------------------------------------------------------------


def _pieces(total: int) -> Iterator[bytes]:
    for _ in range(total // 65536):
        yield b"\0" * 65536


def test_a_body_that_is_declared_too_large_never_reaches_the_application(web: httpx.Client, upstream: Upstream) -> None:
    before = len(upstream.requests)
    _nginx_said(web.post("/api/v1/documents", content=b"\0" * (LARGEST + 1)), TooLarge)
    assert len(upstream.requests) == before


def test_a_body_that_turns_out_too_large_is_cut(web: httpx.Client, edge: Edge) -> None:
    # The answer may be overtaken by the connection's end while the body is still being written.
    with contextlib.suppress(httpx.TransportError):
        _nginx_said(web.post("/api/v1/documents/endless", content=_pieces(2 * LARGEST)), TooLarge)
    edge.upstreams("/api/v1/documents/endless")  # waits: the line is written when the connection has ended
    lines = [line for line in edge.requests() if line["path"] == "/api/v1/documents/endless"]
    assert [line["status"] for line in lines] == [413]


def test_the_largest_recording_passes(web: httpx.Client) -> None:
    size = Settings(_env_file=None).audio_max_bytes
    assert web.post("/api/v1/anything", content=b"\0" * size).json()["received"] == size


def test_bodies_are_streamed_and_never_written_down(web: httpx.Client, upstream: Upstream, edge: Edge) -> None:
    upstream.first_byte.clear()
    arrived: list[bool] = []
    files: list[Path] = []

    def recording() -> Iterator[bytes]:
        yield b"\1" * 200_000
        arrived.append(upstream.first_byte.wait(60))  # the first part is there while the second is not yet sent
        files.extend(p for name in ("client_body", "proxy") for p in (edge.folder / name).rglob("*") if p.is_file())
        yield b"\2" * 200_000

    answer = web.put("/api/v1/sessions/s1/recordings/r1/chunks/0", content=recording())
    assert answer.json()["received"] == 400_000
    assert arrived == [True]
    assert files == []


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_an_event_leaves_when_it_comes(web: httpx.Client, upstream: Upstream, encoding: str) -> None:
    upstream.first_event_read.clear()
    seen: list[str] = []
    with web.stream("GET", "/api/v1/events", headers={"Accept-Encoding": encoding}) as response:
        assert response.headers["content-type"] == "text/event-stream"
        for line in response.iter_lines():
            upstream.first_event_read.set()  # the upstream sends the second one only now
            seen += [line] if line else []
    assert seen == ["data: 1", "data: 2"]


# --- upstreams -------------------------------------------------------------------------------------------------------


def test_connections_to_the_application_are_kept(web: httpx.Client, upstream: Upstream) -> None:
    before = upstream.connections
    for _ in range(20):
        assert web.get("/api/v1/anything").status_code == 200
    assert upstream.connections - before <= 4  # one for each worker of nginx, and a replaced one


def test_without_an_upstream_the_answer_is_an_envelope(tmp_path: Path) -> None:
    with running_edge(_with_files(tmp_path), [f"127.0.0.1:{free_port()}"]) as edge, edge.client() as web:
        answer = web.get("/api/v1/catalog")
        _nginx_said(answer, UpstreamUnavailable)
        assert answer.headers["retry-after"] == "1"
        speech = web.post("/v1/audio/speech", json={"input": "hello"})
        assert speech.status_code == 502
        error = speech.json()["error"]
        assert error == {
            "message": UpstreamUnavailable.message_safe, "type": "server_error", "param": None,
            "code": UpstreamUnavailable.code,
        }  # fmt: skip
        assert web.get("/").status_code == 200  # the page is still there


def test_what_may_have_begun_is_not_sent_twice(tmp_path: Path) -> None:
    with (
        running_upstream() as one,
        running_upstream() as two,
        running_edge(_with_files(tmp_path), [one.address, two.address]) as edge,
    ):
        answer = httpx.post(
            f"{edge.https}/api/v1/hang-up", content=b"x", verify=edge.trust(), trust_env=False, timeout=60
        )
        _nginx_said(answer, UpstreamUnavailable)
        assert len(one.requests + two.requests) == 1


def test_a_replica_that_is_gone_is_left_out(tmp_path: Path) -> None:
    with running_upstream() as alive:
        replicas = [f"127.0.0.1:{free_port()}", alive.address]
        with running_edge(_with_files(tmp_path), replicas) as edge, edge.client() as web:
            answers = [web.get(f"/api/v1/sessions/s{n}") for n in range(20)]
    assert [a.status_code for a in answers] == [200] * 20


def test_an_interview_stays_on_its_replica(tmp_path: Path) -> None:
    with running_upstream() as one, running_upstream() as two, running_upstream() as three:
        servers = (one, two, three)
        with running_edge(_with_files(tmp_path), [s.address for s in servers]) as edge:
            interview = 0  # how many it takes until each has had some is left to the hash
            while interview < 30 or (interview < 500 and any(len(s.requests) <= 20 for s in servers)):
                for token in ("a", "b"):  # a token that is renewed moves nothing
                    with edge.client() as web:
                        web.headers["Authorization"] = f"Bearer {token}"
                        for method, path in (
                            ("PUT", f"/api/v1/sessions/i{interview}/recordings/r/chunks/0"),
                            ("POST", f"/api/v1/sessions/i{interview}/turns"),
                            ("GET", f"/api/v1/media/i{interview}/t/0.wav?exp=1&sig=2"),
                        ):
                            while web.request(method, path).status_code == 429:  # so many at once are held off
                                time.sleep(0.05)
                interview += 1
    for number in range(interview):
        homes = [n for n, s in enumerate(servers) if any(f"/i{number}/" in r for r in s.requests)]
        assert len(homes) == 1, f"interview {number} was on {homes}"
    assert all(len(s.requests) > 20 for s in servers)


# --- limits and logs -------------------------------------------------------------------------------------------------


def test_too_many_calls_are_held_off_in_the_contracts_words(upstream: Upstream, tmp_path: Path) -> None:
    with running_edge(_with_files(tmp_path), [upstream.address]) as edge, edge.client() as web:
        answers: list[httpx.Response] = []
        while len(answers) < 40 or (
            len(answers) < 1000 and answers[-1].status_code != 429
        ):  # one more a second is let in
            answers.append(web.post("/api/v1/auth/login", json={}))
        refused = [a for a in answers if a.status_code == 429]
        assert [a.status_code for a in answers[:20]] == [200] * 20
        assert refused
        for answer in refused:
            _nginx_said(answer, TooManyRequests)
            assert answer.headers["retry-after"] == "1"
        assert web.get("/api/v1/anything").status_code == 200  # the limit is for passwords alone


def test_every_error_of_the_edge_is_one_of_the_products() -> None:
    known = {e.code: e for e in all_errors()}
    maps = (NGINX / "conf" / "maps.conf").read_text()

    def pairs(name: str) -> dict[str, str]:
        block = maps.split(f"map $status ${name} {{")[1].split("}")[0]
        lines = [line.strip().rstrip(";").split(None, 1) for line in block.splitlines() if line.strip()]
        return {key: value.strip('"') for key, value in lines}

    codes, texts, stages = pairs("problem_code"), pairs("problem_text"), pairs("problem_stage")
    assert set(codes) == set(texts)
    for status, code in codes.items():
        error = known[code]
        assert texts[status] == error.message_safe
        assert stages.get(status, stages["default"]) == error.stage
        assert status == "default" or error.status == int(status)


def test_the_log_holds_neither_tokens_nor_queries(tmp_path: Path) -> None:
    with running_edge(_with_files(tmp_path), [f"127.0.0.1:{free_port()}"]) as edge, edge.client() as web:
        secret = {"Authorization": "Bearer CANARY-1", "Referer": "https://x/?t=CANARY-2", "Cookie": "s=CANARY-3"}
        web.get("/api/v1/media/s/t/0.wav?exp=1&sig=CANARY-4", headers=secret)
        web.get("/?access_token=CANARY-5", headers=secret)
        httpx.get(f"{edge.http}/?token=CANARY-6", headers=secret, trust_env=False, timeout=60)
        page = web.get("/shared/CANARY-7")
        web.get("/api/v1/shared/CANARY-8")
        edge.upstreams("/api/v1/shared/-")  # waits: a line is written after its answer
        lines = edge.requests()
        logs = edge.access_log() + (edge.folder / "error.log").read_text()
    assert [(line["path"], line["status"]) for line in lines] == [
        ("/api/v1/media/s/t/0.wav", 502), ("/", 200), ("/shared/-", 200), ("/api/v1/shared/-", 502),
    ]  # fmt: skip
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert lines[0]["upstream_status"] == "502"
    assert "CANARY" not in logs


def test_probes_have_a_port_of_their_own(edge: Edge) -> None:
    assert httpx.get(f"{edge.internal}/health", trust_env=False, timeout=60).text == "ok\n"
    assert "Active connections" in httpx.get(f"{edge.internal}/stub_status", trust_env=False, timeout=60).text
    assert httpx.get(f"{edge.internal}/api/v1/catalog", trust_env=False, timeout=60).status_code == 404
