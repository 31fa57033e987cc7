/** What jsdom leaves out, and a clean page after each test. */
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

if (typeof window !== 'undefined') {
  Element.prototype.scrollIntoView = () => undefined;
  window.scrollTo = () => undefined;
}

configure({ asyncUtilTimeout: 20_000 }); // how long what a test looks for may take on a busy machine

afterEach(cleanup);
