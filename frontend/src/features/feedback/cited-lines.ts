/** What of a question's citations stands beside it, and how. */
import type { Citation, Question } from '../../api/types';

const FROM: Record<string, string> = { J: 'From the posting', R: 'From your resume', C: 'From what you gave on the company', N: 'From your notes' };

/** Whose words a line is: `R2` -> `From your resume`. */
export function lineSource(citation: Citation): string {
  return FROM[citation.citation_id.charAt(0)] ?? `From “${citation.title || 'your document'}”`;
}

/** The same within a sentence. */
export const lineSourceWithin = (citation: Citation): string => lineSource(citation).replace(/^F/, 'f');

/** A line as it reads by itself: without the mark of its list, its breaks made spaces. */
export const plainLine = (quote: string): string => quote.replace(/\s+/g, ' ').trim().replace(/^[-*•–·]\s+/, '');

export interface CitedLines {
  /** Lines of the candidate's documents, to be read in full: the question does not hold their words itself. */
  beside: Citation[];
  /** Lines that the question reads out. */
  within: Citation[];
  /** The roles of the question bank it comes from. */
  banks: string[];
  /** Nothing but the line says what the question is about. */
  pointing: boolean;
}

/** The lines of a question. What it cites of an answer is not shown: it was just said. */
export function citedLines(question: Question): CitedLines {
  const lines = question.citations.filter(({ source }) => source === 'document');
  const banks = [...new Set(question.citations.filter(({ source }) => source === 'role_pack').map(({ title }) => title))];
  const text = plainLine(question.text);
  const holds = ({ quote }: Citation) => text.includes(plainLine(quote).replace(/[.;,]+$/, ''));
  return { beside: lines.filter((line) => !holds(line)), within: lines.filter(holds), banks, pointing: banks.length === 0 };
}
