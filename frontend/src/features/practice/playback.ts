/** The one queue that the coach speaks through, for React. */
import { useEffect, useSyncExternalStore } from 'react';
import { PlaybackQueue, type PlaybackState } from '../../audio/playback-queue';
import { usePreferences } from '../settings/preferences';

let queue: PlaybackQueue | null = null;

export function playbackQueue(): PlaybackQueue {
  queue ??= new PlaybackQueue();
  return queue;
}

/** The queue and what it does right now; volume and mute follow the preferences. */
export function usePlayback(): { queue: PlaybackQueue; playback: PlaybackState } {
  const it = playbackQueue();
  const playback = useSyncExternalStore(it.subscribe, it.getState);
  const { volume, muted } = usePreferences();
  useEffect(() => {
    it.setVolume(volume);
    it.setMuted(muted);
  }, [it, volume, muted]);
  return { queue: it, playback };
}
