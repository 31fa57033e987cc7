import { ChevronDown, Download } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { getReportPdf, getTranscript } from '../../api/calls';
import { sentenceOf } from '../../api/client';
import { Button } from '../../ui/Button';
import { saveFile } from '../../ui/save-file';
import { usePreferences } from '../settings/preferences';
import styles from './ReportPage.module.css';

const FORMATS = { pdf: 'Report (PDF)', md: 'Transcript (Markdown)', txt: 'Transcript (text)', json: 'Transcript (JSON)' } as const;

/** Saves the report, or what was asked and said; in calm practice the report without scores and figures. */
export function Downloads({ sessionId }: { sessionId: string }) {
  const { hideScores } = usePreferences();
  const [problem, setProblem] = useState<string | null>(null);
  const save = async (format: keyof typeof FORMATS) => {
    setProblem(null);
    try {
      const content = await (format === 'pdf' ? getReportPdf(sessionId, !hideScores) : getTranscript(sessionId, format));
      saveFile(content, `interview-${sessionId}.${format}`);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };
  return (
    <>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button icon={<Download aria-hidden="true" />}>
            Download <ChevronDown aria-hidden="true" />
          </Button>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className={styles.menu} align="end" sideOffset={6}>
            {(Object.keys(FORMATS) as (keyof typeof FORMATS)[]).map((format) => (
              <DropdownMenu.Item key={format} className={styles.item} onSelect={() => void save(format)}>
                {FORMATS[format]}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {problem ? <p role="alert">{problem}</p> : null}
    </>
  );
}
