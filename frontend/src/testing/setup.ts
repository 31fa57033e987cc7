/** What jsdom leaves out, and a clean page after each test. */
import { cleanup } from '@testing-library/react';
import { afterEach } from 'vitest';

if (typeof window !== 'undefined') {
  Element.prototype.scrollIntoView = () => undefined;
  window.scrollTo = () => undefined;
}

afterEach(cleanup);
