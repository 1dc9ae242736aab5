import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { changeProjectSettings, type ModelPrice, type Price, prices as priceList, projectSettings } from '../api/manage'
import type { MetricsQuery, MetricsRow } from '../api/metrics'
import { retryUnlessRefused } from '../api/queries'
import { columnOf, numberIn, textIn, useMetrics } from '../api/useMetrics'
import { useMay } from '../app/useMay'
import { usePageState } from '../app/usePage'
import { NOT_OURS } from '../home/questions'
import { TimeRangePicker } from '../traces/filters/TimeRangePicker'
import { Button } from '../ui/Button'
import { type DataColumn, DataTable } from '../ui/DataTable'
import { Buttons, FieldRow, Form, FormProblem, TextField } from '../ui/Field'
import { formatCost, formatCount, formatUnit } from '../ui/format'
import { Loaded } from '../ui/Loaded'
import { Modal } from '../ui/Modal'
import { Card, Page } from '../ui/Page'
import { termOf } from '../ui/queryText'

const USE: MetricsQuery = {
  view: 'observations',
  query: `${NOT_OURS} has:model`,
  dimensions: ['model'],
  measures: [
    { measure: 'total_cost', aggregation: 'sum' },
    { measure: 'count' },
    { measure: 'input_tokens', aggregation: 'sum' },
    { measure: 'output_tokens', aggregation: 'sum' },
    { measure: 'latency', aggregation: 'p50' },
    { measure: 'latency', aggregation: 'p95' },
  ],
  top: { n: 50, others: false },
}

const MEASURES = USE.measures.map(columnOf)
const HEADERS = ['Cost', 'Calls', 'Tokens in', 'Tokens out', 'Latency, median', 'Latency, p95']

/** Which models were used and what they cost; the project's own prices. */
export function ModelsPage() {
  const { projectId } = useParams({ from: '/session/project/$projectId/models' })
  const search = useSearch({ from: '/session/project/$projectId/models' })
  const { period, key, setRange } = usePageState(search)
  const use = useMetrics(projectId, USE, period, key)
  return (
    <Page
      title="Models and prices"
      lead="What was used, and what it is counted with. Shipped prices apply unless the project has its own."
      actions={<TimeRangePicker search={search} onChange={setRange} />}
    >
      <Card title="Used">
        <Loaded query={use} what="The models">
          {({ data, columns }) => (
            <DataTable<MetricsRow>
              label="Models used"
              rows={data}
              rowKey={(row) => textIn(row, 'model')}
              columns={[
                {
                  id: 'model',
                  header: 'Model',
                  cell: (row) => (
                    <Link
                      to="/project/$projectId/traces"
                      params={{ projectId }}
                      search={{ ...key, query: termOf('model', textIn(row, 'model')) }}
                    >
                      {textIn(row, 'model')}
                    </Link>
                  ),
                  sortBy: (row) => textIn(row, 'model'),
                },
                ...MEASURES.map(
                  (column, index): DataColumn<MetricsRow> => ({
                    id: column,
                    header: HEADERS[index],
                    align: 'end',
                    cell: (row) =>
                      formatUnit(numberIn(row, column), columns.find(({ name }) => name === column)?.unit ?? null),
                    sortBy: (row) => numberIn(row, column),
                  }),
                ),
              ]}
            />
          )}
        </Loaded>
      </Card>
      <Prices projectId={projectId} />
      <ShippedPrices projectId={projectId} />
    </Page>
  )
}

function Prices({ projectId }: { projectId: string }) {
  const may = useMay(projectId)
  const queryClient = useQueryClient()
  const queryKey = ['settings', projectId]
  const settings = useQuery({
    queryKey,
    queryFn: ({ signal }) => projectSettings(projectId, signal),
    retry: retryUnlessRefused,
  })
  const prices = settings.data?.model_prices ?? []
  const [adding, setAdding] = useState(false)
  const save = useMutation({
    mutationFn: (prices: ModelPrice[]) => changeProjectSettings(projectId, { model_prices: prices }),
    onSuccess: (saved) => {
      queryClient.setQueryData(queryKey, saved)
      setAdding(false)
    },
  })
  return (
    <Card
      title="The project’s own prices"
      note="Looked at before the shipped ones, and applied to what comes from now on"
      actions={may.manage && <Button onClick={() => setAdding(true)}>Add a price</Button>}
    >
      <Loaded
        query={settings}
        what="The prices"
        empty={() => prices.length === 0 && <p className="muted">None. The shipped prices apply.</p>}
      >
        {() => (
          <DataTable
            label="Own prices"
            rows={prices}
            rowKey={({ model, pattern }, index) => `${model} ${pattern} ${index}`}
            columns={[
              { id: 'model', header: 'Model', cell: ({ model }) => model },
              { id: 'pattern', header: 'Matches', cell: ({ pattern }) => <code>{pattern}</code> },
              {
                id: 'price',
                header: 'USD for a million',
                cell: ({ usd_per_million }) =>
                  Object.entries(usd_per_million ?? {})
                    .map(([kind, usd]) => `${kind} ${formatCost(Number(usd))}`)
                    .join(', ') || '–',
              },
              {
                id: 'hour',
                header: 'An hour',
                align: 'end',
                cell: ({ usd_per_compute_hour }) => formatCost(usd_per_compute_hour),
              },
              may.manage && {
                id: 'remove',
                header: <span className="visually-hidden">Remove</span>,
                align: 'end',
                cell: (price) => (
                  <Button
                    look="quiet"
                    disabled={save.isPending}
                    onClick={() => save.mutate(prices.filter((each) => each !== price))}
                  >
                    Remove
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {!adding && <FormProblem error={save.error} />}
      {adding && settings.data && (
        <AddPrice
          error={save.error}
          pending={save.isPending}
          onClose={() => setAdding(false)}
          onAdd={(price) => save.mutate([...prices, price])}
        />
      )}
      {prices.length > 0 && <p className="muted">{formatCount(prices.length)} of its own.</p>}
    </Card>
  )
}

/** What calls are priced with where the project says nothing else. */
function ShippedPrices({ projectId }: { projectId: string }) {
  const query = useQuery({
    queryKey: ['prices', projectId],
    queryFn: ({ signal }) => priceList(projectId, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: retryUnlessRefused,
  })
  const [named, setNamed] = useState('')
  const shown = (list: readonly Price[]) =>
    list.filter(({ own, model }) => !own && model.toLowerCase().includes(named.trim().toLowerCase()))
  return (
    <Card
      title="Shipped prices"
      note={
        query.data && `As of ${query.data.shipped_version.slice(0, 7)}. The first tier whose conditions hold counts.`
      }
    >
      <TextField label="Model" value={named} onChange={(event) => setNamed(event.target.value)} />
      <Loaded
        query={query}
        what="The shipped prices"
        empty={({ data }) =>
          shown(data).length === 0 && <p className="muted">No shipped price has this in its name.</p>
        }
      >
        {({ data }) => (
          <>
            <p className="muted" role="status">
              {formatCount(shown(data).length)} models
              {shown(data).length > SHIPPED_MAX && `, the first ${SHIPPED_MAX} shown`}
            </p>
            <DataTable
              label="Shipped prices"
              rows={shown(data)
                .slice(0, SHIPPED_MAX)
                .flatMap(({ tiers, ...price }) => tiers.map((tier) => ({ ...price, tier })))}
              rowKey={({ model, pattern, start_time, tier }) => `${model} ${pattern} ${start_time} ${tier.name}`}
              columns={[
                { id: 'model', header: 'Model', cell: ({ model }) => model },
                { id: 'tier', header: 'Tier', cell: ({ tier }) => tierText(tier) },
                ...(['input', 'output'] as const).map((kind) => ({
                  id: kind,
                  header: `${kind === 'input' ? 'Input' : 'Output'}, USD for a million`,
                  align: 'end' as const,
                  cell: ({ tier }: { tier: Tier }) => formatCost(tier.usd_per_million[kind] ?? null),
                })),
                {
                  id: 'other',
                  header: 'Other kinds',
                  cell: ({ tier }) =>
                    Object.entries(tier.usd_per_million)
                      .filter(([kind]) => kind !== 'input' && kind !== 'output')
                      .map(([kind, usd]) => `${kind.replaceAll('_', ' ')} ${formatCost(usd)}`)
                      .join(', ') || '–',
                },
              ]}
            />
          </>
        )}
      </Loaded>
    </Card>
  )
}

const SHIPPED_MAX = 50

type Tier = Price['tiers'][number]

function tierText({ name, input_tokens_above, has_other_conditions }: Tier): string {
  const more = input_tokens_above === null ? '' : `, above ${formatCount(input_tokens_above)} tokens of input`
  return `${name}${more}${has_other_conditions ? ', when asked for' : ''}`
}

interface AddPriceProps {
  error: unknown
  pending: boolean
  onClose: () => void
  onAdd: (price: ModelPrice) => void
}

function AddPrice({ error, pending, onClose, onAdd }: AddPriceProps) {
  const [model, setModel] = useState('')
  const [pattern, setPattern] = useState('')
  const [input, setInput] = useState('')
  const [output, setOutput] = useState('')
  const price = (text: string) => (text.trim() === '' ? undefined : Number(text))
  const kinds = { input: price(input), output: price(output) }
  const isGiven = model.trim() !== '' && Object.values(kinds).every((usd) => usd === undefined || usd >= 0)
  return (
    <Modal title="Add a price" open onClose={onClose}>
      <Form
        onSubmit={() =>
          isGiven &&
          onAdd({
            model: model.trim(),
            pattern: pattern.trim() || model.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
            usd_per_million: Object.fromEntries(Object.entries(kinds).filter(([, usd]) => usd !== undefined)) as Record<
              string,
              number
            >,
          })
        }
      >
        <TextField label="Model" value={model} onChange={(event) => setModel(event.target.value)} />
        <TextField
          label="Matches"
          note="RE2, against the whole name of the model. Empty: exactly the name above."
          mono
          value={pattern}
          onChange={(event) => setPattern(event.target.value)}
        />
        <FieldRow>
          <TextField
            label="Input, USD for a million tokens"
            inputMode="decimal"
            value={input}
            onChange={(event) => setInput(event.target.value)}
          />
          <TextField
            label="Output, USD for a million tokens"
            inputMode="decimal"
            value={output}
            onChange={(event) => setOutput(event.target.value)}
          />
        </FieldRow>
        <FormProblem error={error} />
        <Buttons>
          <Button type="submit" look="primary" disabled={!isGiven || pending}>
            Add
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </Buttons>
      </Form>
    </Modal>
  )
}
