/** How loud a stream is right now, from an AnalyserNode. */

export interface LevelMeter {
  /** 0..1, how loud it is right now. */
  level(): number;
  /** The loudest of all levels asked for; NaN where none could be measured. */
  loudest(): number;
  close(): void;
}

/** Speech peaks near a root mean square of 0.1..0.2; this brings it to 0..1 on a scale that the eye finds even. */
function scaled(rms: number): number {
  return Math.min(1, Math.sqrt(rms * 4));
}

export function levelOf(stream: MediaStream): LevelMeter {
  const context = new AudioContext();
  void context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let loudest = Number.NaN;
  const level = () => {
    if (context.state !== 'running') return 0;
    analyser.getFloatTimeDomainData(samples);
    let power = 0;
    for (const sample of samples) power += sample * sample;
    const now = scaled(Math.sqrt(power / samples.length));
    loudest = Number.isNaN(loudest) ? now : Math.max(loudest, now);
    return now;
  };
  return {
    level,
    loudest: () => loudest,
    close: () => {
      if (context.state !== 'closed') void context.close();
    },
  };
}
