import { createContext } from 'react';
import type { Seniority } from '../../api/types';

/** Whose examples are shown: the seniority of the interview that is on the page. */
export const SeniorityOfInterview = createContext<Seniority>('mid');
