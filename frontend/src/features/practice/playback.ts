/** The one queue that the coach speaks through, for React. */
import { useEffect, useSyncExternalStore } from 'react';
import { PlaybackQueue, type PlaybackState } from '../../audio/playback-queue';
import { usePreferences } from '../settings/preferences';

let queue: PlaybackQueue | null = null;

export function playbackQueue(): PlaybackQueue {
  queue ??= new PlaybackQueue();
  return queue;
}

/**
 * The queue and what it does right now; volume, mute and speed follow the preferences. `spokenAt`: the speed at which the
 * server speaks already; only what has been changed since is left to do here.
 */
export function usePlayback(spokenAt = 1): { queue: PlaybackQueue; playback: PlaybackState } {
  const it = playbackQueue();
  const playback = useSyncExternalStore(it.subscribe, it.getState);
  const { volume, muted, voiceSpeed } = usePreferences();
  useEffect(() => {
    it.setVolume(volume);
    it.setMuted(muted);
    it.setRate(voiceSpeed / spokenAt);
  }, [it, volume, muted, voiceSpeed, spokenAt]);
  return { queue: it, playback };
}
