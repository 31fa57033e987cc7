import { Square, Volume2 } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { onTakes, soundOf } from '../../audio/takes';
import type { Stretch } from '../../text/said-at';
import { Button } from '../../ui/Button';

interface Props {
  turnId: string;
  /** The place that is marked, where one is. */
  part: Stretch | null;
}

/** Plays the candidate's own answer, or the marked part of it, while this page still has its sound. */
export function TakeSound({ turnId, part }: Props) {
  const url = useSyncExternalStore(onTakes, () => soundOf(turnId));
  const player = useRef<HTMLAudioElement | null>(null);
  const [playing, setPlaying] = useState(false);
  useEffect(() => () => player.current?.pause(), [url]);
  if (!url) return null;

  const play = () => {
    const audio = new Audio(url);
    player.current = audio;
    audio.currentTime = part ? Math.max(0, part.start_s - 0.15) : 0;
    audio.onpause = () => setPlaying(false);
    audio.onended = () => setPlaying(false);
    audio.ontimeupdate = () => {
      if (part && audio.currentTime >= part.end_s + 0.15) audio.pause();
    };
    setPlaying(true);
    audio.play().catch(() => setPlaying(false));
  };

  return playing ? (
    <Button look="quiet" icon={<Square aria-hidden="true" />} onClick={() => player.current?.pause()}>
      Stop
    </Button>
  ) : (
    <Button look="quiet" icon={<Volume2 aria-hidden="true" />} onClick={play}>
      {part ? 'Hear this part' : 'Hear yourself'}
    </Button>
  );
}
