import { expect, it } from 'vitest';
import { ApiError } from '../../api/client';
import { nameProblem } from './name-problem';

const refused = (details: Record<string, unknown> | null) => new ApiError({ stage: 'session', code: 'validation_failed', message_safe: 'See the details.', retryable: false, details }, 422);

it('says what to do about a name that cannot stand in a question', () => {
  expect(nameProblem(refused({ fields: [{ field: 'company', problem: 'x' }] }))).toMatch(/typed as the company .* Please type its name alone/);
});

it.each([[refused({ fields: [{ field: 'level', problem: 'x' }] })], [refused(null)], [new Error('offline')]])('leaves all else as it is', (error) => {
  expect(nameProblem(error)).toBeNull();
});
