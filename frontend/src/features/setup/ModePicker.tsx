import { RadioGroup } from 'radix-ui';
import { useId } from 'react';
import type { Choice } from '../../api/types';
import styles from './ModePicker.module.css';

interface Props {
  modes: Choice[];
  value: string;
  onChange: (mode: string) => void;
}

/** What kind of interview it is to be. */
export function ModePicker({ modes, value, onChange }: Props) {
  const id = useId();
  return (
    <RadioGroup.Root className={styles.modes} value={value} onValueChange={onChange} aria-label="Kind of interview">
      {modes.map((mode) => (
        <RadioGroup.Item
          key={mode.name}
          value={mode.name}
          className={styles.mode}
          aria-labelledby={`${id}-${mode.name}`}
          aria-describedby={`${id}-${mode.name}-about`}
        >
          <span className={styles.dot} aria-hidden="true" />
          <span className={styles.title} id={`${id}-${mode.name}`}>
            {mode.title}
          </span>
          <span className={styles.about} id={`${id}-${mode.name}-about`}>
            {mode.description}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
