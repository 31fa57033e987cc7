import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LanguageModels } from '../../api/types';
import { Diagnostics } from './Diagnostics';
import { LanguageModel } from './LanguageModel';
import { rememberTurn } from './last-turn';

const HERE = { kind: 'model', model: 'qwen3:4b', host: null, local: true, checked: 'capable' } as const;
const LARGER = { name: 'qwen3-4b', title: 'Qwen3 4B', from: 'hub.example/qwen', size_bytes: 2497281120, licence: 'Apache-2.0', fits: true, state: 'absent', fetched_bytes: 0, failed: null } as const;
const MODELS: LanguageModels = {
  author: { kind: 'rules', local: true },
  offered: true,
  chosen: null,
  found: [{ service: 'ollama', title: 'Ollama', models: ['qwen3:4b'] }],
  larger: [LARGER],
};

/** A server that knows these models, or none of it. */
async function show(models: LanguageModels | null) {
  const sent: string[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    if (url.endsWith('/guests')) return Response.json({ data: { access_token: 't' }, error: null }, { status: 201 });
    const call = `${init.method ?? 'GET'} ${url.replace(/^.*\/api\/v1/, '')} ${typeof init.body === 'string' ? init.body : ''}`.trim();
    sent.push(call);
    const error = models ? null : { stage: 'unknown', code: 'not_found', message_safe: 'This was not found.', retryable: false };
    return Response.json({ data: models, error, request_id: 'r' }, { status: models ? 200 : 404 });
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <LanguageModel />
    </QueryClientProvider>,
  );
  await waitFor(() => expect(sent).toContain('GET /language'));
  return sent;
}
afterEach(() => vi.unstubAllGlobals());

describe('the language model', () => {
  it('is no matter of this page where the server offers no choice', async () => {
    await show(null);
    await new Promise((done) => setTimeout(done, 50));
    expect(screen.queryByRole('heading', { name: 'Language model' })).toBeNull();
  });

  it.each<[string, Partial<LanguageModels>, string, boolean]>([
    ['none', {}, 'None is in use. Feedback is measured by rules.', false],
    ['one elsewhere', { author: { kind: 'model', model: 'large', host: 'models.example.com', local: false, checked: 'capable' } }, 'In use: large at models.example.com.', false],
    ['one here', { author: HERE, chosen: { service: 'ollama', model: 'qwen3:4b' } }, 'In use: qwen3:4b on this computer.', true],
    ['one that is still tried', { author: { ...HERE, kind: 'rules', checked: 'unknown' } }, 'In use: qwen3:4b on this computer. It has not passed its first check; until it does, feedback is measured by rules.', false],
  ])('in use is named: %s', async (_which, more, sentence, stops) => {
    await show({ ...MODELS, ...more });
    expect(await screen.findByText(sentence)).toBeTruthy();
    expect(screen.queryAllByRole('button', { name: 'Stop using it' })).toHaveLength(stops ? 1 : 0);
  });

  it('is only named where it is chosen by whoever runs the server', async () => {
    await show({ author: HERE, offered: false, chosen: null, found: [], larger: [] });
    const region = await screen.findByRole('region', { name: 'Language model' });
    expect(region.textContent).toBe('Language modelIn use: qwen3:4b on this computer.');
  });

  it('found here is used after one question that names it', async () => {
    const sent = await show(MODELS);
    await userEvent.click(await screen.findByRole('button', { name: 'Use qwen3:4b from Ollama' }));
    const dialog = screen.getByRole('alertdialog', { name: 'Use qwen3:4b from Ollama on this computer?' });
    expect(sent).toEqual(['GET /language']);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Use it' }));
    await waitFor(() => expect(sent).toContain('POST /language/local {"service":"ollama","model":"qwen3:4b"}'));
    await waitFor(() => expect(sent.filter((call) => call === 'GET /language')).toHaveLength(2));
  });

  it('is not used where the question is answered with no', async () => {
    const sent = await show(MODELS);
    await userEvent.click(await screen.findByRole('button', { name: 'Use qwen3:4b from Ollama' }));
    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(sent).toEqual(['GET /language']);
  });

  it('can be given up again', async () => {
    const sent = await show({ ...MODELS, author: HERE, chosen: { service: 'ollama', model: 'qwen3:4b' } });
    await userEvent.click(await screen.findByRole('button', { name: 'Stop using it' }));
    await waitFor(() => expect(sent).toContain('DELETE /language/local'));
  });

  it('that can be fetched has its size and licence, is fetched after a question, and passes axe', async () => {
    const sent = await show(MODELS);
    expect((await screen.findByText(/2\.5 GB/)).textContent).toBe('2.5 GB · licence Apache-2.0');
    expect((await axe.run(screen.getByRole('region', { name: 'Language model' }))).violations.map((found) => found.id)).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Fetch Qwen3 4B' }));
    expect(screen.getByRole('alertdialog', { name: 'Fetch Qwen3 4B?' }).textContent).toContain('2.5 GB from hub.example/qwen, licence Apache-2.0.');
    await userEvent.click(screen.getByRole('button', { name: 'Fetch it' }));
    await waitFor(() => expect(sent).toContain('POST /language/larger {"name":"qwen3-4b"}'));
  });

  it('that was fetched is used after a question that names it', async () => {
    const sent = await show({ ...MODELS, larger: [{ ...LARGER, state: 'ready' }] });
    await userEvent.click(await screen.findByRole('button', { name: 'Use Qwen3 4B' }));
    await userEvent.click(within(screen.getByRole('alertdialog', { name: 'Use Qwen3 4B on this computer?' })).getByRole('button', { name: 'Use it' }));
    await waitFor(() => expect(sent).toContain('POST /language/local {"service":"own","model":"qwen3-4b"}'));
  });

  it.each([
    ['how far it is', { state: 'fetching', fetched_bytes: 1248640560 }, '1.2 GB of 2.5 GB', 0],
    ['that it does not fit', { fits: false }, 'this computer has too little memory for it', 0],
    ['why it failed, and goes on from there', { fetched_bytes: 5, failed: 'The hub did not answer.' }, 'The hub did not answer.', 1],
  ] as const)('says %s', async (_what, more, text, buttons) => {
    await show({ ...MODELS, larger: [{ ...LARGER, ...more }] });
    expect(await screen.findByText(text, { exact: false })).toBeTruthy();
    expect(screen.queryAllByRole('button', { name: 'Fetch Qwen3 4B' })).toHaveLength(buttons);
    expect(screen.queryAllByRole('progressbar')).toHaveLength('state' in more ? 1 : 0);
  });
});

describe('diagnostics', () => {
  it('count the tokens of the answer and of the interview', () => {
    const turn = { timings: { total: 900, llm_prompt_tokens: 1200 } };
    rememberTurn(turn, [{ timings: { llm_prompt_tokens: 800, llm_completion_tokens: 90 } }, turn]);
    render(<Diagnostics />);
    expect(screen.getAllByRole('row').map((row) => row.textContent)).toEqual(['Last answerThis interview', 'Prompt1,2002,000', 'Completion090']);
    expect(screen.queryByText(/1200\.00|1\.20 s/)).toBeNull();
  });
});
