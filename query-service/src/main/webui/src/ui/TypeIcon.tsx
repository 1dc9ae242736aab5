import {
  Bot,
  Box,
  ChartScatter,
  Library,
  Link2,
  type LucideIcon,
  MessageSquareText,
  Scale,
  ShieldCheck,
  Wrench,
  Zap,
} from 'lucide-react'
import type { ObservationType } from '../api/types'
import styles from './TypeIcon.module.css'

const ICONS: Record<ObservationType, LucideIcon> = {
  span: Box,
  generation: MessageSquareText,
  event: Zap,
  agent: Bot,
  tool: Wrench,
  chain: Link2,
  retriever: Library,
  evaluator: Scale,
  embedding: ChartScatter,
  guardrail: ShieldCheck,
}

/** What kind of step it is, by shape and colour. Decorative: the type stands in the text beside it or in its label. */
export function TypeIcon({ type, size = 13 }: { type: ObservationType; size?: number }) {
  const Icon = ICONS[type] ?? Box
  return (
    <span className={styles.icon} data-type={type} aria-hidden="true">
      <Icon size={size} strokeWidth={2.1} />
    </span>
  )
}
