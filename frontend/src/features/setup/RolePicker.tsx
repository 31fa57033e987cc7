import { ChevronDown } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import field from '../../ui/Field.module.css';
import styles from './RolePicker.module.css';
import { groupsOf, matching, otherName, type Role } from './role-groups';

interface Props {
  label: string;
  /** The name of a role; empty where the program chooses. */
  value: string;
  roles: readonly Role[];
  /** What the empty choice is called. */
  automatic: string;
  onChange: (name: string) => void;
}

/** One of many roles: typed and narrowed down, or gone through by their fields of work. */
export function RolePicker({ label, value, roles, automatic, onChange }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  /** What was typed since it was opened; null where nothing was. */
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const chosen = roles.find((role) => role.name === value)?.title ?? automatic;
  const query = typed ?? '';
  const groups = groupsOf(matching(roles, query));
  const found = groups.flatMap((group) => group.roles);
  const names = [...(query.trim() === '' ? [''] : []), ...found.map(({ name }) => name)];
  const idOf = (name: string) => `${id}-${name}`;

  useEffect(() => {
    if (open) list.current?.querySelector('[data-active]')?.scrollIntoView?.({ block: 'nearest' });
  }, [open, active]);

  // What is typed after a choice takes the place of its name.
  useEffect(() => {
    if (!open && document.activeElement === input.current) input.current?.select();
  }, [open, value]);

  const show = () => {
    if (open) return;
    setOpen(true);
    setActive(Math.max(0, names.indexOf(value)));
  };
  const close = () => {
    setOpen(false);
    setTyped(null);
  };
  const choose = (name: string | undefined) => {
    if (name === undefined) return;
    onChange(name);
    close();
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && open) choose(names[active]);
    else if (event.key === 'Escape' && open) close();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!open) show();
      else if (names.length > 0) setActive((active + (event.key === 'ArrowDown' ? 1 : names.length - 1)) % names.length);
    } else return;
    event.preventDefault();
  };
  const option = (name: string, title: string, other: string | null = null) => (
    // The keys are the input's: the focus never leaves it.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      key={name}
      id={idOf(name)}
      role="option"
      className={styles.option}
      aria-selected={name === value}
      data-active={name === names[active] || undefined}
      onPointerMove={() => setActive(names.indexOf(name))}
      onClick={() => choose(name)}
    >
      {title}
      {other ? <span> {other}</span> : null}
    </div>
  );

  return (
    <div className={`${field.field} ${styles.picker}`}>
      <label htmlFor={id}>{label}</label>
      <div className={styles.box}>
        <input
          ref={input}
          id={id}
          type="text"
          role="combobox"
          autoComplete="off"
          spellCheck={false}
          aria-expanded={open && names.length > 0}
          aria-autocomplete="list"
          aria-controls={`${id}-list`}
          aria-activedescendant={open && names[active] !== undefined ? idOf(names[active]) : undefined}
          aria-describedby={`${id}-hint`}
          value={typed ?? chosen}
          onChange={(event) => {
            setTyped(event.target.value);
            setOpen(true);
            setActive(0);
          }}
          onFocus={(event) => event.currentTarget.select()}
          onMouseUp={(event) => {
            if (typed === null) event.preventDefault(); // the name stays selected, so that typing takes its place
          }}
          onClick={show}
          onBlur={close}
          onKeyDown={onKey}
        />
        <ChevronDown aria-hidden="true" />
      </div>
      <p id={`${id}-hint`} className={field.hint}>
        {roles.length} roles; type to find one.
      </p>
      {open && names.length > 0 ? (
        // A press in the list, or on its bar, does not take the focus.
        <div ref={list} id={`${id}-list`} role="listbox" aria-label={label} className={styles.list} tabIndex={-1} onPointerDown={(event) => event.preventDefault()} onMouseDown={(event) => event.preventDefault()}>
          {names[0] === '' ? option('', automatic) : null}
          {groups.map((group) => (
            <div key={group.title} role="group" aria-label={group.title}>
              <p className={styles.group} aria-hidden="true">
                {group.title}
              </p>
              {group.roles.map((role) => option(role.name, role.title, otherName(role, query)))}
            </div>
          ))}
        </div>
      ) : null}
      <p className={styles.none} role="status">
        {open && names.length === 0 ? `No role by that name. Try another word, or leave it at “${automatic}”.` : ''}
      </p>
    </div>
  );
}
