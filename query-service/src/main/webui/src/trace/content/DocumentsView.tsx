import { formatScore } from '../../ui/format'
import { JsonView } from '../../ui/JsonView'
import type { RetrievedDocument } from './conversation'
import styles from './DocumentsView.module.css'
import { Prose } from './Prose'

/** Retrieved documents in the order in which they came, with how well each matched. */
export function DocumentsView({ documents }: { documents: readonly RetrievedDocument[] }) {
  const best = Math.max(...documents.map((document) => document.score ?? 0))
  return (
    <ol className={styles.documents}>
      {documents.map((document, index) => (
        <li key={index} className={styles.document}>
          <div className={styles.head}>
            <span className={styles.rank}>{index + 1}</span>
            <strong>{document.title ?? document.id ?? document.source ?? 'Document'}</strong>
            {document.title && document.id && <code>{document.id}</code>}
            {document.score !== undefined && (
              <span className={styles.score} title="Score of the retriever">
                {formatScore(document.score)}
                <span aria-hidden="true">
                  <span style={{ width: `${best > 0 ? Math.max(0, document.score / best) * 100 : 0}%` }} />
                </span>
              </span>
            )}
          </div>
          <Prose text={document.text} linesMax={6} charsMax={700} />
          {document.source && <code className={styles.source}>{document.source}</code>}
          {Object.keys(restOf(document)).length > 0 && <JsonView value={restOf(document)} openDepth={0} />}
        </li>
      ))}
    </ol>
  )
}

/** Metadata that is not told already. */
function restOf({ metadata, title, source }: RetrievedDocument): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== title && value !== source))
}
