import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from './Button'
import styles from './CopyButton.module.css'

interface CopyButtonProps {
  /** What is copied, or how to make it: a large text is only built when asked for. */
  text: string | (() => string)
  /** What it is: "trace id", "output". */
  what: string
  withWord?: boolean
}

export function CopyButton({ text, what, withWord = false }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 1600)
    return () => clearTimeout(timer)
  }, [state])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
      setState('done')
    } catch {
      setState('failed')
    }
  }
  const word = { idle: 'Copy', done: 'Copied', failed: 'Could not copy' }[state]
  return (
    <Button
      look="quiet"
      icon={!withWord}
      className={styles.copy}
      aria-label={`Copy ${what}`}
      title={state === 'idle' ? `Copy ${what}` : word}
      onClick={copy}
    >
      {state === 'done' ? <Check size={14} className={styles.done} /> : <Copy size={14} />}
      {withWord && <span>{word}</span>}
      <span role="status" className="visually-hidden">
        {state === 'idle' ? '' : word}
      </span>
    </Button>
  )
}
