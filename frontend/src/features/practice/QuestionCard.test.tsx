import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import type { Citation, Question } from '../../api/types';
import { citation } from '../../testing/samples';
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

const bank = citation('P1', { source: 'role_pack', document_id: 'pack:nurse', title: 'Registered nurse', quote: 'When did you speak up?' });
const line = citation('J2', { quote: '- Care for\n  eight patients' });

function asked(more: Partial<Question>, coming: string | null = null) {
  const opened: Citation[] = [];
  render(
    <QuestionCard
      question={{ ...question, ...more }} coming={coming} again={false} playback={{ status: 'idle', caption: '', canReplay: false } as never}
      muted={false} spoken onReplay={() => undefined} onMute={() => undefined} onCite={(one) => opened.push(one)}
    />,
  );
  const region = screen.getByRole('region', { name: 'Question' });
  return { opened, region, figures: () => within(region).queryAllByRole('figure') };
}

describe('the line that a question is about', () => {
  it('stands large beside a question that points at it, under its source, and leads there', async () => {
    const { figures, opened } = asked({ text: 'What comes closest to the line on your screen?', citations: [line] });
    const [figure] = figures();
    expect(figure?.querySelector('blockquote')?.textContent).toBe('“Care for eight patients”');
    expect(figure?.querySelector('figcaption')?.textContent).toMatch(/^From the posting/);
    expect(figure?.getAttribute('data-large')).toBe('true');
    await userEvent.click(screen.getByRole('button', { name: 'See it there: from the posting' }));
    expect(opened).toEqual([line]);
  });

  it('stands there in any kind of interview: of a panel, put again, in a drill', () => {
    const { figures } = asked({ citations: [citation('R1')], asked_by: 'people_partner', kind: 'clarify', time_limit_s: 60 });
    expect(figures()).toHaveLength(1);
    expect(figures()[0]?.textContent).toContain('From your resume');
  });

  it('is smaller beside a question of the bank, which is named small and never as the posting', () => {
    const { figures, region } = asked({ text: 'When did you speak up?', citations: [line, bank] });
    expect(figures()).toHaveLength(1);
    expect(figures()[0]?.getAttribute('data-large')).toBeNull();
    expect(figures()[0]?.textContent).not.toContain('Registered nurse');
    expect(within(region).getByText('from the question bank: Registered nurse').tagName).toBe('P');
    expect(region.textContent).not.toContain('“When did you speak up?”');
  });

  it('is not said twice where the question reads it out', () => {
    const { figures, region } = asked({ text: 'Your resume says: “Cut the queue by half” How?', citations: [citation('R1', { quote: 'Cut the queue  by half.' })] });
    expect(figures()).toHaveLength(0);
    expect(within(region).getByText(/Quoted from/).textContent).toBe('Quoted from Resume');
  });

  it('is not there for what was said in an answer', () => {
    expect(asked({ citations: [citation('A1')] }).figures()).toHaveLength(0);
  });

  it('is not there while the next question comes', () => {
    expect(asked({ citations: [line] }, '').figures()).toHaveLength(0);
  });

  it('passes axe', async () => {
    const { region } = asked({ citations: [line, bank] });
    expect((await axe.run(region, { rules: { 'color-contrast': { enabled: false } } })).violations.map((found) => found.id)).toEqual([]);
  });
});
