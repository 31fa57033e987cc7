import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { onTakes, soundOf } from '../../audio/takes';
import type { Stretch } from '../../text/said-at';

/** Seconds that are played before and after a stretch: words begin and end a little outside the times found for them. */
const MARGIN_S = 0.15;

export interface TakeSoundControls {
  /** Whether this page still has the sound of the answer. */
  there: boolean;
  playing: boolean;
  /** Plays a stretch of it, or all. */
  play: (part: Stretch | null) => void;
  stop: () => void;
}

/** The candidate's own answer, while this page still has its sound. */
export function useTakeSound(turnId: string | null): TakeSoundControls {
  const url = useSyncExternalStore(onTakes, () => (turnId ? soundOf(turnId) : null));
  const player = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  useEffect(() => () => player.current?.pause(), [url]);

  const play = (part: Stretch | null) => {
    player.current?.pause();
    if (!url) return;
    const audio = new Audio(url);
    player.current = audio;
    audio.currentTime = part ? Math.max(0, part.start_s - MARGIN_S) : 0;
    const over = () => {
      if (player.current === audio) setPlaying(false);
    };
    audio.onpause = over;
    audio.onended = over;
    audio.ontimeupdate = () => {
      if (part && audio.currentTime >= part.end_s + MARGIN_S) audio.pause();
    };
    setPlaying(true);
    audio.play().catch(over);
  };

  return { there: url !== null, playing, play, stop: () => player.current?.pause() };
}
