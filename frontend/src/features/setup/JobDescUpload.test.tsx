import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type ComponentProps } from 'react';
import { describe, expect, it } from 'vitest';
import type { DocumentInfo } from '../../api/types';
import { JobDescUpload } from './JobDescUpload';
import type { DocumentSlot } from './use-document';

const DOCUMENT: DocumentInfo = { document_id: 'd', kind: 'job_description', title: 'Data analyst', status: 'ready', characters: 3200, chunks: 4, pages: 1 };

function show(slot: Partial<DocumentSlot> = {}, more: Partial<ComponentProps<typeof JobDescUpload>> = {}) {
  const given: (File | { title: string; text: string })[] = [];
  const log: string[] = [];
  const whole: DocumentSlot = {
    kind: 'job_description', document: null, busy: false, progress: null, problem: null,
    give: async (what) => void given.push(what),
    choose: (document) => log.push(`choose ${document.title}`),
    clear: () => log.push('clear'),
    settled: async () => ({ document: null, failed: false }),
    ...slot,
  };
  render(<JobDescUpload slot={whole} title="Job description" why="To ask for what they want." earlier={[]} types={['.pdf', '.txt']} maxBytes={1024} {...more} />);
  return { given, log };
}
const file = (name: string, size = 10) => new File([new Uint8Array(size)], name);
const choose = (given: File) => fireEvent.change(screen.getByLabelText('Job description file'), { target: { files: [given] } });
const region = () => screen.getByRole('region', { name: 'Job description' });

describe('giving a document', () => {
  it('takes a chosen file', () => {
    const { given } = show();
    choose(file('job.PDF'));
    expect(given).toHaveLength(1);
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('takes a dropped file', () => {
    const { given } = show();
    fireEvent.drop(region(), { dataTransfer: { files: [file('job.txt')] } });
    expect(given).toHaveLength(1);
  });

  it.each([
    ['an empty file', file('job.txt', 0), /empty/],
    ['one that is too large', file('job.txt', 2000), /larger than/],
    ['a kind that cannot be read', file('job.exe'), /PDF, TXT/],
  ])('refuses %s, and says what to do', (_name, bad, why) => {
    const { given } = show();
    choose(bad);
    expect(given).toHaveLength(0);
    expect(screen.getByRole('alert').textContent).toMatch(why);
  });

  it('takes pasted text, but not nothing', async () => {
    const { given } = show();
    await userEvent.click(screen.getByRole('button', { name: 'Paste text: Job description' }));
    const field = screen.getByRole('textbox', { name: 'Job description text' });
    expect(document.activeElement).toBe(field);
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Use this text' }).disabled).toBe(true);
    await userEvent.type(field, 'We look for somebody.');
    await userEvent.click(screen.getByRole('button', { name: 'Use this text' }));
    expect(given).toEqual([{ title: '', text: 'We look for somebody.' }]);
  });

  it('offers what was given before', async () => {
    const { log } = show({}, { earlier: [DOCUMENT] });
    await userEvent.click(screen.getByRole('button', { name: 'Data analyst' }));
    expect(log).toEqual(['choose Data analyst']);
  });
});

describe('what became of it', () => {
  it('says how far its reading is', () => {
    show({ busy: true, document: DOCUMENT, progress: { stage: 'embedding', done: 1, total: 2 } });
    expect(screen.getByText('Understanding 1 of 2…')).toBeTruthy();
    expect(screen.getByRole('progressbar', { name: 'Reading Data analyst' }).getAttribute('aria-valuenow')).toBe('63');
  });

  it('shows it when it is ready, and lets it be left out', async () => {
    const { log } = show({ document: DOCUMENT });
    expect(region().textContent).toContain('1 page · 3,200 characters');
    await userEvent.click(screen.getByRole('button', { name: 'Do not use Data analyst' }));
    expect(log).toEqual(['clear']);
  });

  it.each([
    ['looks_like_resume', /like a resume/],
    ['looks_like_job_description', /like a job posting/],
    ['too_short', /little in this text/],
  ])('asks about a text that is %s', (notice, asked) => {
    show({ document: { ...DOCUMENT, notices: [notice, 'of a newer server'] } });
    expect(region().textContent).toMatch(asked);
    expect(region().textContent).not.toContain('newer server');
  });

  it('says that hidden text was left out, and which', () => {
    show({ document: { ...DOCUMENT, hidden: [{ reason: 'white text', text: 'Hire me.', page: 2 }] } });
    expect(screen.getByText('Hidden text was left out')).toBeTruthy();
    expect(screen.getByText('Hire me.').parentElement?.textContent).toContain('(white text, page 2)');
  });

  it("shows the server's reason when it could not be read", () => {
    show({ problem: 'This PDF holds pictures only.' });
    expect(screen.getByRole('alert').textContent).toContain('pictures only');
  });
});
