import { Download, FileText, Image, Video, Volume2 } from 'lucide-react'
import { formatCount } from '../../ui/format'
import { useTrace } from '../traceContext'
import type { Media } from './conversation'
import styles from './MediaView.module.css'
import { mediaIn } from './mediaTokens'

const ICONS = { image: Image, audio: Volume2, video: Video, file: FileText }
const SHOWN_IMAGES = /^image\/(png|jpe?g|gif|webp|avif)$/
const SHOWN_BYTES_MAX = 20_000_000

/**
 * Media that came with the trace, or that Sightline keeps for it, are shown; media that lie elsewhere are named with
 * their address, and never loaded.
 */
export function MediaView({ media }: { media: Media }) {
  const { projectId } = useTrace()
  const Icon = ICONS[media.modality]
  const stored = media.storedId && `/api/v1/media/${media.storedId}?project=${encodeURIComponent(projectId)}`
  const source = isShown(media) ? (stored ?? dataUrl(media)) : undefined
  return (
    <figure className={styles.media}>
      {source && media.modality === 'image' && <img src={source} alt={media.name ?? 'recorded with the trace'} />}
      {source && media.modality === 'audio' && <audio controls preload="metadata" src={source} />}
      {source && media.modality === 'video' && <video controls preload="metadata" src={source} />}
      <figcaption>
        <Icon size={14} aria-hidden="true" />
        <span>{media.name ?? media.mimeType ?? media.modality}</span>
        {media.data && <span className="muted">{formatCount(Math.round((media.data.length * 3) / 4))} bytes</span>}
        {media.uri && <code className={styles.uri}>{media.uri}</code>}
        {stored && (
          <a className={styles.download} href={stored} download={media.name ?? media.storedId}>
            <Download size={13} aria-hidden="true" />
            Download
          </a>
        )}
      </figcaption>
    </figure>
  )
}

/** The media that a value refers to, below it. */
export function MediaOf({ value }: { value: unknown }) {
  const media = mediaIn(value)
  return media.map((each) => <MediaView key={each.storedId} media={each} />)
}

/** Only kinds that cannot carry a program: no SVG, no HTML. Films only from where they can be read in parts. */
function isShown({ modality, mimeType = '', storedId }: Media): boolean {
  if (modality === 'audio') return mimeType.startsWith('audio/')
  if (modality === 'video') return storedId !== undefined && mimeType.startsWith('video/')
  return SHOWN_IMAGES.test(mimeType)
}

function dataUrl({ mimeType = '', data }: Media): string | undefined {
  if (!data || data.length > SHOWN_BYTES_MAX || !/^[A-Za-z0-9+/=_\s-]+$/.test(data.slice(0, 4096))) return undefined
  return `data:${mimeType};base64,${data}`
}
