import { type ComponentProps, type ReactNode, useId } from 'react'
import { ApiError } from '../api/client'
import { classes } from './classes'
import styles from './Field.module.css'

interface FieldProps {
  label: string
  note?: ReactNode
  /** What the server or the form says is wrong with it. */
  problem?: string
}

interface Described {
  id: string
  'aria-describedby'?: string
  'aria-invalid'?: true
}

function Field({ label, note, problem, children }: FieldProps & { children: (described: Described) => ReactNode }) {
  const id = useId()
  const described = [note && `${id}-note`, problem && `${id}-problem`].filter(Boolean).join(' ')
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': problem ? true : undefined })}
      {problem && (
        <p id={`${id}-problem`} className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {note && (
        <p id={`${id}-note`} className={styles.note}>
          {note}
        </p>
      )}
    </div>
  )
}

export function TextField({
  label,
  note,
  problem,
  mono,
  ...rest
}: FieldProps & { mono?: boolean } & ComponentProps<'input'>) {
  return (
    <Field label={label} note={note} problem={problem}>
      {(described) => (
        <input {...described} autoComplete="off" {...rest} className={classes(styles.input, mono && styles.mono)} />
      )}
    </Field>
  )
}

export function TextArea({
  label,
  note,
  problem,
  mono,
  ...rest
}: FieldProps & { mono?: boolean } & ComponentProps<'textarea'>) {
  return (
    <Field label={label} note={note} problem={problem}>
      {(described) => (
        <textarea {...described} spellCheck={!mono} {...rest} className={classes(styles.input, mono && styles.mono)} />
      )}
    </Field>
  )
}

export interface Choice<T extends string> {
  value: T
  label: string
  /** What screen readers say of a label that is short. */
  spoken?: string
}

interface SelectFieldProps<T extends string> extends FieldProps {
  value: T
  choices: readonly Choice<T>[]
  onChange: (value: T) => void
  disabled?: boolean
}

export function SelectField<T extends string>({ value, choices, onChange, disabled, ...field }: SelectFieldProps<T>) {
  return (
    <Field {...field}>
      {(described) => (
        <select
          {...described}
          className={styles.input}
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function CheckField({ label, note, ...rest }: { label: string; note?: ReactNode } & ComponentProps<'input'>) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...rest} />
      <span>
        {label}
        {note && <span className={classes(styles.note, 'muted')}> {note}</span>}
      </span>
    </label>
  )
}

interface FormProps {
  children: ReactNode
  onSubmit: () => void
  label?: string
  /** Why nothing in it can be changed, where that is so. */
  readOnly?: string
}

export function Form({ children, onSubmit, label, readOnly }: FormProps) {
  const reasonId = useId()
  return (
    <form
      className={styles.form}
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      {readOnly ? (
        <>
          <p id={reasonId} className="muted">
            {readOnly}
          </p>
          <fieldset disabled className={classes(styles.form, styles.readOnly)} aria-describedby={reasonId}>
            {children}
          </fieldset>
        </>
      ) : (
        children
      )}
    </form>
  )
}

export function FieldRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>
}

export function Buttons({ children }: { children: ReactNode }) {
  return <div className={styles.buttons}>{children}</div>
}

/** One of a few, all in sight. */
export function Segments<T extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string
  value: T
  choices: readonly Choice<T>[]
  onChange: (value: T) => void
}) {
  return (
    <fieldset className={styles.segments}>
      <legend className="visually-hidden">{label}</legend>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-label={choice.spoken}
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  )
}

/** What a failed call says: under the field that it names, or for the form as a whole. */
export function problemFor(error: unknown, ...fields: string[]): string | undefined {
  if (!(error instanceof ApiError) || !error.problem.field || !fields.includes(error.problem.field)) return undefined
  return error.message
}

export function FormProblem({ error, fields = [] }: { error: unknown; fields?: readonly string[] }) {
  if (!error) return null
  if (error instanceof ApiError && error.problem.field && fields.includes(error.problem.field)) return null
  const text = error instanceof Error ? error.message : String(error)
  return (
    <p className={styles.problem} role="alert">
      {text}
    </p>
  )
}
