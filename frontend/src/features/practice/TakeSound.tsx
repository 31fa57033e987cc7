import { Square, Volume2 } from 'lucide-react';
import type { Stretch } from '../../text/said-at';
import { Button } from '../../ui/Button';
import type { TakeSoundControls } from './use-take-sound';

interface Props {
  sound: TakeSoundControls;
  /** The place that is marked, where one is. */
  part: Stretch | null;
}

/** Plays the candidate's own answer, or the marked part of it. */
export function TakeSound({ sound, part }: Props) {
  if (!sound.there) return null;
  return sound.playing ? (
    <Button look="quiet" icon={<Square aria-hidden="true" />} onClick={sound.stop}>
      Stop
    </Button>
  ) : (
    <Button look="quiet" icon={<Volume2 aria-hidden="true" />} onClick={() => sound.play(part)}>
      {part ? 'Hear this part' : 'Hear yourself'}
    </Button>
  );
}
