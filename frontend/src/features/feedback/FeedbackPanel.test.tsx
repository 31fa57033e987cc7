import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ComponentProps } from 'react';
import { describe, expect, it } from 'vitest';
import type { Citation } from '../../api/types';
import axe from 'axe-core';
import { citation, feedback } from '../../testing/samples';
import { AuthorOfServer, writtenBy } from './author';
import { citationName, citationNames } from './CitationChip';
import { FeedbackPanel } from './FeedbackPanel';

function show(more: Partial<ComponentProps<typeof FeedbackPanel>> = {}) {
  const cited: Citation[] = [];
  const opened: Citation[][] = [];
  render(
    <FeedbackPanel
      text="" feedback={feedback()} running={false} hideScores={false}
      onCite={(citation) => cited.push(citation)} onSources={(all) => opened.push(all)} {...more}
    />,
  );
  return { cited, opened, panel: screen.getByRole('region', { name: 'Coach' }) };
}

describe('while the coach speaks', () => {
  it('shows what has come, and that more is coming', () => {
    const { panel } = show({ feedback: null, running: true, text: 'The situation is' });
    expect(panel.getAttribute('aria-busy')).toBe('true');
    expect(panel.textContent).toContain('The situation is');
  });

  it('says that the answer is being read before the first word', () => {
    expect(show({ feedback: null, running: true }).panel.textContent).toContain('Reading your answer');
  });

  it('keeps what was said before an interruption, marked', () => {
    const { panel } = show({ feedback: null, text: 'The situation is', cutShort: true });
    expect(panel.textContent).toContain('The situation is (interrupted)');
    expect(panel.getAttribute('aria-busy')).toBe('false');
  });
});

describe('feedback', () => {
  it('marks the sentence that is being said', () => {
    show({ caption: 'Say what came of it.' });
    expect(screen.getByText('Say what came of it.').tagName).toBe('MARK');
    expect(screen.getByText('The situation and the action are there.').tagName).toBe('P');
  });

  it('names one thing to keep, one to fix and one drill first', () => {
    show();
    expect(screen.getByText('Keep').parentElement?.textContent).toContain('You say what you did.');
    expect(screen.getByText('Fix first').parentElement?.textContent).toContain('Say what came of it.');
    expect(screen.getByText('Drill: Result first')).toBeTruthy();
  });

  it('has each source of a claim once, and none that nothing explains', async () => {
    const { cited } = show();
    const fix = screen.getByText('Fix first').parentElement as HTMLElement;
    const chips = within(fix).getAllByRole('button');
    expect(chips.map((chip) => chip.getAttribute('aria-label'))).toEqual(['You said: show the quoted place', 'Resume: show the quoted place']);
    await userEvent.click(chips[1] as HTMLElement);
    expect(cited.map((citation) => citation.citation_id)).toEqual(['R1']);
  });

  it('hides numbers from those who want none', () => {
    show({ hideScores: true });
    expect(screen.queryByText('Scores')).toBeNull();
    expect(screen.queryByText(/of 5/)).toBeNull();
    expect(screen.getByText('Rewrite, more points and sources')).toBeTruthy();
  });

  it('marks the open places of the rewrite and makes nothing up', () => {
    show();
    expect(screen.getByText('what changed').closest('mark')).toBeTruthy();
    expect(screen.getByText(/1 place is left for you to fill/)).toBeTruthy();
  });

  it('opens all sources', async () => {
    const { opened } = show();
    await userEvent.click(screen.getByText('See all 2 quoted places'));
    expect(opened[0]).toHaveLength(2);
  });

  it('says how much was held back', () => {
    show({ feedback: feedback({ withheld: 2 }) });
    expect(screen.getByText(/2 sentences were held back/)).toBeTruthy();
  });

  it('scores nothing where there was no answer', () => {
    show({ feedback: feedback({ scored: false, summary: '', not_scored_because: 'You asked to hear it again.' }) });
    expect(screen.getByText('You asked to hear it again.')).toBeTruthy();
    expect(screen.queryByText('Keep')).toBeNull();
  });

  it('tells what is different from the take before', () => {
    const changes = [
      { what: 'filler_count', before: 4, after: 1, better: true },
      { what: 'words', before: 40, after: null, better: null },
    ];
    show({ feedback: feedback({ compared: { turn_id: 't', changes } }) });
    const [first, second] = within(screen.getByText('Since your last take').parentElement as HTMLElement).getAllByRole('listitem');
    expect(first?.textContent).toMatch(/Filler count\s*4\s*1\s*better/);
    expect(second?.textContent).toContain('not measured');
    expect(second?.textContent).not.toContain('better');
  });
});

describe('the name of a source', () => {
  it.each([
    ['what it is', citation('A7'), 'You said'],
    ['without the number of its id', citation('J2'), 'Job'],
    ['its title where the id tells nothing', citation('X3', { title: 'Handbook' }), 'Handbook'],
    ['the question bank', citation('X3', { source: 'role_pack' }), 'Question bank'],
  ])('is %s', (_why, it, name) => expect(citationName(it)).toBe(name));

  it('is numbered only beside its like', () => {
    expect(citationNames([citation('J4'), citation('A2'), citation('J9')])).toEqual(['Job 1', 'You said', 'Job 2']);
  });
});

describe('a drill', () => {
  it.each([
    [true, 'Result first: passed'],
    [false, 'Result first: try again'],
    [null, 'Result first: yours to judge'],
  ])('says whether it passed (%s), and why', (passed, title) => {
    show({ feedback: feedback({ gate: { title: 'Result first', passed, why: 'The result comes later.', quote: 'Last winter' } }) });
    const gate = screen.getByRole('region', { name: 'Drill' });
    expect(within(gate).getByRole('heading', { name: title })).toBeTruthy();
    expect(gate.textContent).toContain('The result comes later.');
    expect(gate.textContent).toContain('“Last winter”');
  });
});

describe('who wrote it', () => {
  const elsewhere = { kind: 'model', model: 'large', host: 'models.example.com', local: false } as const;
  it.each([
    ['nobody knows', null, 'large', elsewhere, null],
    ['rules', 'rules', 'large', elsewhere, 'Measured on this computer; no model judged it.'],
    ['a model elsewhere', 'model', 'large', elsewhere, 'Written by large at models.example.com and checked.'],
    ['a model here', 'model', 'qwen3:4b', { ...elsewhere, model: 'qwen3:4b', local: true }, 'Written by qwen3:4b on this computer and checked.'],
    ['a model that is no longer the one connected', 'model', 'older', elsewhere, 'Written by older and checked.'],
    ['a model without a name', 'model', undefined, null, 'Written by a language model and checked.'],
  ] as const)('%s', (_who, kind, model, connected, sentence) => expect(writtenBy(kind, model, connected)).toBe(sentence));

  it('stands under the feedback', () => {
    render(
      <AuthorOfServer value={elsewhere}>
        <FeedbackPanel text="" feedback={feedback({ author: 'model' })} running={false} hideScores={false} model="large" onCite={() => undefined} onSources={() => undefined} />
      </AuthorOfServer>,
    );
    expect(screen.getByText('Written by large at models.example.com and checked.')).toBeTruthy();
  });
});

describe('few points', () => {
  const none = { strengths: [], gaps: [], drill: null };
  it.each([
    ['none', none, 0],
    ['a strength', { ...none, strengths: [{ text: 'Good.', citations: [] }] }, 1],
    ['a gap', { ...none, gaps: [{ text: 'Missing.', citations: [] }] }, 1],
  ])('leave no empty box: %s', (_what, more, boxes) => {
    const { panel } = show({ feedback: feedback(more) });
    expect(panel.querySelectorAll('ul[class*=trio]')).toHaveLength(boxes);
    expect(panel.querySelectorAll('ul[class*=trio] > li')).toHaveLength(boxes);
  });

  it('leave nothing to open where there is nothing', () => {
    const { panel } = show({ feedback: feedback({ ...none, scores: {}, citations: [], rewrite: { text: '', slots: [] } }) });
    expect(panel.querySelector('details')).toBeNull();
    expect(panel.textContent).toBe('CoachThe situation and the action are there.');
  });

  it.each([
    [{}, false, 'Scores, rewrite and sources'],
    [{ citations: [], rewrite: { text: '', slots: [] } }, false, 'Scores'],
    [{ scores: {} }, false, 'Rewrite, more points and sources'],
    [{ scores: {}, strengths: [], rewrite: { text: '', slots: [] } }, false, 'Sources'],
    [{}, true, 'Rewrite, more points and sources'],
  ])('name what can be opened: %#', (more, hideScores, name) => {
    const { panel } = show({ feedback: feedback(more), hideScores });
    expect(panel.querySelector('summary')?.textContent).toBe(name);
  });

  it('has more points under their own heading', () => {
    show({ feedback: feedback({ gaps: ['One.', 'Two.', 'Three.'].map((text) => ({ text, citations: [] })) }) });
    expect(within(screen.getByText('Also to work on').parentElement as HTMLElement).getAllByRole('listitem')).toHaveLength(2);
  });
});

describe('something to check', () => {
  const errors = [{ quote: 'UDP for money', correction: 'UDP does not tell whether anything arrived.', citation: 'A1' }];

  it('stands beside what was said, and opens the place', async () => {
    const { cited } = show({ feedback: feedback({ errors }) });
    const region = screen.getByRole('region', { name: 'Check this' });
    expect(within(region).getAllByRole('term').map((term) => term.textContent)).toEqual(['You said', 'Correction']);
    expect(within(region).getAllByRole('definition').map((one) => one.textContent)).toEqual(['“UDP for money”', 'UDP does not tell whether anything arrived.']);
    await userEvent.click(within(region).getByRole('button', { name: '“UDP for money”' }));
    expect(cited.map((one) => one.citation_id)).toEqual(['A1']);
  });

  it('that is a difference with a document is a question, beside the line of the document', async () => {
    const asked = 'Your resume says “Licensed Practical Nurse”; you said “RN”. Which is it?';
    const { cited } = show({ feedback: feedback({ errors: [{ quote: 'RN', correction: asked, citation: 'R1', char_start: 4, char_end: 6 }] }) });
    const region = screen.getByRole('region', { name: 'Check this' });
    expect(within(region).getAllByRole('term').map((term) => term.textContent)).toEqual(['You said', 'Resume']);
    await userEvent.click(within(region).getByRole('button', { name: 'Resume: show the quoted place' }));
    await userEvent.click(within(region).getByRole('button', { name: '“RN”' }));
    expect(cited.map(({ source, quote }) => [source, quote])).toEqual([['document', 'quote of R1'], ['answer', 'RN']]);
  });

  it('opens the place that it names itself', async () => {
    const { cited } = show({ feedback: feedback({ errors: [{ quote: 'UDP', correction: 'TCP.', citation: '', char_start: 4, char_end: 7 }] }) });
    await userEvent.click(screen.getByRole('button', { name: '“UDP”' }));
    expect(cited[0]).toMatchObject({ source: 'answer', char_start: 4, char_end: 7 });
  });

  it('is only words where nobody knows the place', () => {
    show({ feedback: feedback({ errors: [{ quote: 'UDP', correction: 'TCP.' }] }) });
    expect(screen.queryByRole('button', { name: '“UDP”' })).toBeNull();
  });

  it('is not said twice where it is a slip of language as well', () => {
    const slip = { rule: 'r', quote: 'UDP for money', better: 'TCP', why: '', why_here: '', citation: 'A1' };
    show({ feedback: feedback({ errors, corrections: { language: 'en', items: [slip], note: '' } }) });
    expect(screen.queryByRole('region', { name: 'Check this' })).toBeNull();
  });
});

describe('the points of a strong answer', () => {
  const reference = { points: [{ id: 'p1', text: 'It reads fewer rows.' }], mistakes: [], model_answer: '', citations: [] };

  it.each([
    ['rules' as const, ['Points of a strong answer', 'Keep']],
    ['model' as const, ['Keep', 'Points of a strong answer']],
  ])('come first where nobody judges (%s)', (author, order) => {
    const { panel } = show({ feedback: feedback({ author, reference }) });
    expect(within(panel).getAllByRole('heading', { level: 4 }).flatMap(({ textContent }) => (order.includes(textContent ?? '') ? textContent : []))).toEqual(order);
  });
});

describe('an answer that is none', () => {
  it.each<[string | null, string]>([
    ['hint', 'This one does not count. The question is still yours.'],
    ['skip', 'This one does not count.'],
    [null, ''], // a story that is not to be scored is an answer all the same
  ])('(%s) says what becomes of the question', (intent, said) => {
    const { panel } = show({ feedback: feedback({ scored: false, intent, summary: 'A kind sentence.', not_scored_because: 'A kind sentence.' }) });
    expect(panel.textContent).toBe(`CoachA kind sentence.${said}`);
  });
});

describe('a concern', () => {
  it('stands alone', async () => {
    const concern = { kind: 'distress', say: 'Take the time you need.' };
    const { panel } = show({ feedback: feedback({ concern, author: 'model', errors: [{ quote: 'a', correction: 'b' }] }), onObject: async () => undefined });
    expect(panel.textContent).toBe('CoachTake the time you need.Nothing here is scored. It stays with you: no report, card, story or share holds any of it.');
    expect(within(panel).queryByRole('button')).toBeNull();
    expect((await axe.run(panel)).violations.map((found) => found.id)).toEqual([]);
  });
});

describe('this point is wrong', () => {
  const errors = [{ quote: 'in May', correction: 'Your resume says March.' }];
  const asking = (more: Partial<ComponentProps<typeof FeedbackPanel>> = {}) => {
    const sent: [string, string][] = [];
    const view = show({ feedback: feedback({ errors }), onObject: async ({ point }, why) => void sent.push([point, why]), ...more });
    return { ...view, sent };
  };
  const trigger = (text: string) => screen.getByRole('button', { name: `This point is wrong: ${text}` });

  it.each([
    ['You say what you did.', 'strengths.0'],
    ['The setting is clear.', 'strengths.1'],
    ['Say what came of it.', 'gaps.0'],
    ['Your resume says March.', 'errors.0'],
  ])('stands beside “%s”', async (text, place) => {
    const { sent } = asking();
    await userEvent.click(trigger(text));
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: /What is wrong with it/ }));
    await userEvent.keyboard('It was May{Enter}');
    expect(sent).toEqual([[place, 'It was May']]);
  });

  it('needs no reason', async () => {
    const { sent } = asking();
    await userEvent.click(trigger('Say what came of it.'));
    await userEvent.click(screen.getByRole('button', { name: 'Send' }));
    expect(sent).toEqual([['gaps.0', '']]);
  });

  it('is left by Escape, and the keyboard is back where it was', async () => {
    const { sent } = asking();
    await userEvent.click(trigger('Say what came of it.'));
    await userEvent.keyboard('{Escape}');
    expect(document.activeElement).toBe(trigger('Say what came of it.'));
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(sent).toEqual([]);
  });

  it('is noted, of this point alone', () => {
    const { panel } = asking({ objections: [{ point: 'strengths.0', text: 'You say what you did.' }, { point: 'gaps.0', text: 'Another point that stood here.' }] });
    expect(within(panel).getAllByText(/^Noted/)).toHaveLength(1);
    expect(screen.queryByRole('button', { name: 'This point is wrong: You say what you did.' })).toBeNull();
    expect(trigger('Say what came of it.')).toBeTruthy();
  });

  it('says what the server refused, and keeps the words', async () => {
    asking({ onObject: () => Promise.reject(new Error('no')) });
    await userEvent.click(trigger('Say what came of it.'));
    await userEvent.keyboard('It is there{Enter}');
    expect((await screen.findByRole('alert')).textContent).toContain('went wrong');
    expect(screen.getByRole<HTMLInputElement>('textbox', { name: /What is wrong/ }).value).toBe('It is there');
  });

  it('can be said by ear and keyboard alone', async () => {
    const { panel } = asking();
    await userEvent.click(trigger('Say what came of it.'));
    expect((await axe.run(panel)).violations.map((found) => found.id)).toEqual([]);
  });

  it('is not offered where nobody can answer back', () => {
    show();
    expect(screen.queryByRole('button', { name: /This point is wrong/ })).toBeNull();
  });
});

describe('feedback that was revised', () => {
  const later = feedback({ summary: 'Better notes.', gaps: [{ text: 'Something else.', citations: [] }, { text: 'Say what came of it.', citations: [] }] });
  const panel = (on: ReturnType<typeof feedback>, revised: boolean, sent: string[]) => (
    <FeedbackPanel text="" feedback={on} revised={revised} running={false} hideScores={false} onCite={() => undefined} onSources={() => undefined} onObject={async ({ point }) => void sent.push(point)} />
  );

  it('says so, quietly, and leaves the keyboard where it is', () => {
    const { rerender } = render(panel(feedback(), false, []));
    const chip = screen.getAllByRole('button', { name: 'You said: show the quoted place' })[0] as HTMLElement;
    chip.focus();
    rerender(panel(later, true, []));
    expect(screen.getByText('More notes came in')).toBeTruthy();
    expect(screen.getByText('Better notes.')).toBeTruthy();
    expect(document.activeElement).toBe(chip);
  });

  it('waits for whoever is writing about a point, and finds the point in its new place', async () => {
    const sent: string[] = [];
    const { rerender } = render(panel(feedback(), false, sent));
    await userEvent.click(screen.getByRole('button', { name: 'This point is wrong: Say what came of it.' }));
    await userEvent.keyboard('It is');
    rerender(panel(later, true, sent));
    expect(screen.queryByText('Better notes.')).toBeNull();
    await userEvent.keyboard(' there{Enter}');
    expect(sent).toEqual(['gaps.1']);
    expect(screen.getByText('Better notes.')).toBeTruthy();
  });

  it('is not objected to for a point that it no longer has', async () => {
    const sent: string[] = [];
    const { rerender } = render(panel(feedback(), false, sent));
    await userEvent.click(screen.getByRole('button', { name: 'This point is wrong: Say what came of it.' }));
    rerender(panel(feedback({ summary: 'Better notes.', gaps: [] }), true, sent));
    await userEvent.keyboard('{Enter}');
    expect(sent).toEqual([]);
    expect(screen.getByText('Better notes.')).toBeTruthy();
  });
});
