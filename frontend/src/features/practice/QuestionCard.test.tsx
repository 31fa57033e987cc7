import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Question } from '../../api/types';
import { QuestionCard } from './QuestionCard';

const question: Question = { question_id: 'q1', number: 1, total: 3, text: 'Why this job?', kind: 'main', asked_by: 'people_partner', citations: [], hints: [] };
const panel = [{ name: 'people_partner', title: 'People partner', voice: { pitch: 1.14, pace: 1, sounds: 'a higher voice' } }];

function shown(more: { spoken?: boolean; muted?: boolean; known?: boolean }) {
  const { spoken = true, muted = false, known = true } = more;
  render(
    <QuestionCard
      question={question} coming={null} again={false} playback={{ status: 'idle', caption: '', canReplay: false } as never}
      muted={muted} spoken={spoken} panel={known ? panel : undefined} onReplay={() => undefined} onMute={() => undefined} onCite={() => undefined}
    />,
  );
  return screen.getByRole('region', { name: 'Question' }).textContent;
}

describe('who asks', () => {
  it('is named with how they sound where they can be heard', () => {
    expect(shown({})).toContain('People partner (a higher voice)');
  });

  it.each([{ spoken: false }, { muted: true }])('is named alone where nothing is heard: %o', (more) => {
    expect(shown(more)).toContain('People partner');
    expect(screen.queryByText(/higher voice/)).toBeNull();
  });

  it('is named by what is known where the catalogue is missing', () => {
    expect(shown({ known: false })).toMatch(/people partner/i);
  });
});
