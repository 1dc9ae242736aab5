import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { StandardSQL, sql as sqlLanguage } from '@codemirror/lang-sql'
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import type { SqlView } from '../api/manage'
import styles from './SqlEditor.module.css'
import { tags } from './sqlTags'

interface SqlEditorProps {
  initial: string
  views: readonly SqlView[]
  onChange: (text: string) => void
  onRun: () => void
}

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'transparent', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--mono)', padding: '10px 12px', caretColor: 'var(--accent)', minHeight: '9rem' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent) !important',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--border-strong)',
    borderRadius: '6px',
    color: 'var(--text)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--selected)', color: 'var(--text)' },
  '.cm-placeholder': { color: 'var(--text-3)' },
})

/**
 * CodeMirror, in a shadow root: there it adopts its styles as style sheets of the page's script, which the content
 * security policy allows, instead of writing <style> elements, which it forbids.
 */
export default function SqlEditor({ initial, views, onChange, onRun }: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null)
  const latest = useRef({ onChange, onRun })
  useEffect(() => {
    latest.current = { onChange, onRun }
  })
  const first = useRef(initial)
  useEffect(() => {
    const element = host.current
    if (!element) return
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' })
    const schema = Object.fromEntries(views.map(({ name, columns }) => [name, columns.map((column) => column.name)]))
    const run = () => {
      latest.current.onRun()
      return true
    }
    const view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
          history(),
          bracketMatching(),
          closeBrackets(),
          autocompletion(),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, ...completionKeymap]),
          sqlLanguage({ dialect: StandardSQL, schema, upperCaseKeywords: true }),
          syntaxHighlighting(HighlightStyle.define(tags)),
          placeholder('SELECT …'),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return
            first.current = update.state.doc.toString()
            latest.current.onChange(first.current)
          }),
          look,
        ],
      }),
    })
    return () => view.destroy()
  }, [views])
  return <div ref={host} className={styles.host} />
}
