import { FileText, Image, Video, Volume2 } from 'lucide-react'
import { formatCount } from '../../ui/format'
import type { Media } from './conversation'
import styles from './MediaView.module.css'

const ICONS = { image: Image, audio: Volume2, video: Video, file: FileText }
const SHOWN_IMAGES = /^image\/(png|jpe?g|gif|webp|avif)$/
const SHOWN_BYTES_MAX = 20_000_000

/** Media that came with the trace is shown; media that lies elsewhere is named with its address, and never loaded. */
export function MediaView({ media }: { media: Media }) {
  const Icon = ICONS[media.modality]
  const source = dataUrl(media)
  return (
    <figure className={styles.media}>
      {source && media.modality === 'image' && <img src={source} alt={media.name ?? 'recorded with the trace'} />}
      {source && media.modality === 'audio' && <audio controls src={source} />}
      <figcaption>
        <Icon size={14} aria-hidden="true" />
        <span>{media.name ?? media.mimeType ?? media.modality}</span>
        {media.data && <span className="muted">{formatCount(Math.round((media.data.length * 3) / 4))} bytes</span>}
        {media.uri && <code className={styles.uri}>{media.uri}</code>}
      </figcaption>
    </figure>
  )
}

/** Only kinds that cannot carry a program: no SVG, no HTML. */
function dataUrl({ modality, mimeType = '', data }: Media): string | undefined {
  if (!data || data.length > SHOWN_BYTES_MAX || !/^[A-Za-z0-9+/=_\s-]+$/.test(data.slice(0, 4096))) return undefined
  const isShown = modality === 'audio' ? mimeType.startsWith('audio/') : SHOWN_IMAGES.test(mimeType)
  return isShown ? `data:${mimeType};base64,${data}` : undefined
}
