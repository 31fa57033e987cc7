import { act, fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ComponentProps } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VoiceRecorder } from './VoiceRecorder';

type Props = ComponentProps<typeof VoiceRecorder>;

let log: string[];
const props = (more: Partial<Props> = {}): Props => ({
  phase: 'off', live: null, partial: null, enabled: true, maxSeconds: 300, problem: null,
  onStart: () => log.push('start'), onStop: () => log.push('stop'), onDiscard: () => log.push('discard'), onHandsFree: () => log.push('hands-free'), onType: () => log.push('type'),
  ...more,
});
const live = (seconds: number, loudest = 0.5) => ({
  level: () => 0.3, loudest: () => loudest, seconds: () => seconds,
  stop: async () => ({ blob: new Blob(), seconds, loudest, framed: false }), cancel: () => undefined,
});

beforeEach(() => (log = []));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the recorder', () => {
  it('starts and stops with the space bar, wherever no field has the focus', () => {
    const { rerender } = render(<VoiceRecorder {...props()} />);
    fireEvent.keyDown(document.body, { code: 'Space' });
    rerender(<VoiceRecorder {...props({ phase: 'on', live: live(1) })} />);
    fireEvent.keyUp(document.body, { code: 'Space' });
    fireEvent.keyDown(document.body, { code: 'Space' });
    fireEvent.keyUp(document.body, { code: 'Space' });
    expect(log).toEqual(['start', 'stop']);
  });

  it('leaves the space bar to a field', () => {
    render(
      <>
        <textarea aria-label="notes" />
        <VoiceRecorder {...props()} />
      </>,
    );
    fireEvent.keyDown(screen.getByRole('textbox', { name: 'notes' }), { code: 'Space' });
    expect(log).toEqual([]);
  });

  it('is one button whose name says what it does', () => {
    const { rerender } = render(<VoiceRecorder {...props()} />);
    const button = screen.getByRole('button', { name: 'Start your answer' });
    fireEvent.click(button, { detail: 0 });
    expect(log).toEqual(['start']);
    rerender(<VoiceRecorder {...props({ phase: 'on', live: live(3) })} />);
    fireEvent.click(screen.getByRole('button', { name: 'Stop and send your answer' }), { detail: 0 });
    expect(log).toEqual(['start', 'stop']);
  });

  it('cannot be started while no answer is wanted, but always be stopped', () => {
    const { rerender } = render(<VoiceRecorder {...props({ enabled: false })} />);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Start your answer' }).disabled).toBe(true);
    rerender(<VoiceRecorder {...props({ enabled: false, phase: 'on', live: live(3) })} />);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: /Stop/ }).disabled).toBe(false);
  });

  it('can be thrown away while it runs, and traded for typing when it does not', async () => {
    const { rerender } = render(<VoiceRecorder {...props()} />);
    await userEvent.click(screen.getByRole('button', { name: 'Type instead' }));
    rerender(<VoiceRecorder {...props({ phase: 'on', live: live(3) })} />);
    await userEvent.click(screen.getByRole('button', { name: 'Discard and start over' }));
    expect(log).toEqual(['type', 'discard']);
  });

  it('says why the microphone cannot be used, at once', () => {
    render(<VoiceRecorder {...props({ problem: 'No microphone was found.' })} />);
    expect(screen.getByRole('alert').textContent).toContain('No microphone was found.');
  });

  it('counts, and says so when nothing can be heard', () => {
    vi.useFakeTimers();
    render(<VoiceRecorder {...props({ phase: 'on', live: live(65, 0.01) })} />);
    act(() => void vi.advanceTimersByTime(300));
    expect(screen.getByRole('timer', { name: '1 minute 5 seconds' }).textContent).toContain('1:05');
    expect(screen.getByText(/Nothing can be heard/)).toBeTruthy();
  });

  it('shows what is understood while it is said', () => {
    const { rerender } = render(<VoiceRecorder {...props({ phase: 'on', live: live(3) })} />);
    expect(screen.queryByText(/So far/)).toBeNull();
    rerender(<VoiceRecorder {...props({ phase: 'on', live: live(3), partial: { text: 'I moved the 😀 joins', stableChars: 13 } })} />);
    const line = screen.getByText('I moved the 😀').parentElement;
    expect(line?.textContent).toContain('I moved the 😀 joins');
    expect(screen.getByText('joins').tagName).toBe('SPAN');
  });

  it('does not worry about silence that it could not measure', () => {
    vi.useFakeTimers();
    render(<VoiceRecorder {...props({ phase: 'on', live: live(65, Number.NaN) })} />);
    act(() => void vi.advanceTimersByTime(300));
    expect(screen.queryByText(/Nothing can be heard/)).toBeNull();
  });

  it.each([
    [false, /Hold\s*space\s*or the button/],
    [true, /^Hold the button and talk/],
  ])('speaks of the space bar only where there is one (touch: %s)', (touch, hint) => {
    vi.stubGlobal('matchMedia', () => ({ matches: touch, addEventListener: () => undefined, removeEventListener: () => undefined }));
    render(<VoiceRecorder {...props()} />);
    expect(document.getElementById('talk-hint')?.textContent).toMatch(hint);
  });
});
