import { anyField, isObject, type Json, type RetrievedDocument, textField } from './conversation'

const TEXT = ['page_content', 'pageContent', 'content', 'text', 'chunk', 'snippet', 'passage', 'document', 'body']
const ID = ['id', 'document_id', 'doc_id', 'documentId', 'chunk_id']
const SCORE = ['score', 'similarity', 'relevance_score', 'relevance', 'distance']
const SOURCE = ['source', 'url', 'uri', 'path', 'file', 'file_path', 'filename']

/** Retrieved documents, if every item of the list is one. */
export function documentsOf(list: readonly unknown[]): RetrievedDocument[] | undefined {
  if (list.length === 0) return undefined
  const documents: RetrievedDocument[] = []
  for (const item of list) {
    const document = documentOf(item)
    if (!document) return undefined
    documents.push(document)
  }
  return documents
}

function documentOf(value: unknown): RetrievedDocument | undefined {
  // A pair of document and score, as LangChain's vector stores return it.
  if (Array.isArray(value) && value.length === 2 && typeof value[1] === 'number') {
    const document = documentOf(value[0])
    return document && { ...document, score: value[1] }
  }
  if (!isObject(value) || 'role' in value || 'tool_calls' in value) return undefined
  if (isObject(value.document)) return documentOf({ ...value, document: undefined, ...value.document })
  const fields = withoutPrefix(value)
  const text = textField(fields, ...TEXT)
  const metadata = isObject(fields.metadata) ? fields.metadata : {}
  const score = anyField(fields, ...SCORE) ?? metadata.score
  const known = ['metadata', ...TEXT, ...ID, ...SCORE, ...SOURCE, 'title', 'name']
  const isDocument = Object.keys(fields).some((key) => known.includes(key) && key !== 'content' && key !== 'text')
  if (!text || !isDocument) return undefined
  const rest = Object.entries(fields).filter(([key, held]) => !known.includes(key) && held !== undefined)
  const id = anyField(fields, ...ID)
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    title: textField(fields, 'title', 'name') ?? textField(metadata, 'title', 'name'),
    text,
    score: typeof score === 'number' ? score : undefined,
    source: textField(fields, ...SOURCE) ?? textField(metadata, ...SOURCE),
    metadata: { ...Object.fromEntries(rest), ...metadata },
  }
}

/** OpenInference writes `document.content`, `document.score`, … */
function withoutPrefix(value: Json): Json {
  if (!Object.keys(value).some((key) => key.startsWith('document.'))) return value
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key.replace(/^document\./, ''), held]))
}
