/** What the words and numbers of the page mean, in one list: on hover, focus or press, with a link to the page that says more. */
export interface Definition {
  readonly title: string;
  readonly sentence: string;
  /** Page of the documentation and a heading in it, without `.md`: `report#a-block`. */
  readonly docs: string;
}

export const definitions = {
  verdict: {
    title: 'Verdict',
    sentence:
      'Reject if any segment, slice or all traffic has got worse beyond doubt; promote once there is enough evidence and nothing has; else keep shadowing. It is advice: nothing is promoted by itself.',
    docs: 'report#verdict',
  },
  window: {
    title: 'Window',
    sentence:
      'Event time of the rows that count, in UTC. Traffic is counted by the hour, so an hour that is cut counts whole.',
    docs: 'report#the-report',
  },
  requests: {
    title: 'Requests',
    sentence: 'Requests that the primary answered in this window, whether or not they were sampled.',
    docs: 'report#traffic',
  },
  compared: {
    title: 'Compared rows',
    sentence: 'Rows that both versions ran and that are in the log.',
    docs: 'report#traffic',
  },
  counted: {
    title: 'Rows that count',
    sentence:
      'Compared rows without those of an entity that counted already: one entity is one piece of evidence.',
    docs: 'report#which-rows-count',
  },
  n: {
    title: 'Rows',
    sentence: 'Compared rows of this segment that count; one entity counts once.',
    docs: 'report#which-rows-count',
  },
  traffic_share: {
    title: 'Traffic',
    sentence: 'Share of all rows of traffic, sampled or not: the weight that the segment has in all traffic.',
    docs: 'report#a-segment',
  },
  agreement: {
    title: 'Agreement',
    sentence: 'Share of rows, of those in which both versions gave an outcome, where it is the same.',
    docs: 'report#a-block',
  },
  kappa: {
    title: 'Cohen’s κ',
    sentence: 'Agreement beyond what chance would give: 1 is all, 0 no more than chance.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  interval: {
    title: 'Interval',
    sentence:
      'Anytime-valid: it may be looked at all day, and all looks together miss the truth with a probability of α at most.',
    docs: 'statistics',
  },
  accuracy: {
    title: 'Right',
    sentence: 'Share of the labelled rows, older than the label maturity, that the version got right.',
    docs: 'report#a-block',
  },
  accuracy_difference: {
    title: 'Difference of accuracy',
    sentence:
      'Share that the shadow got right minus the share that the primary got right, on the same rows, in points. Not before 30 rows in which one was right and the other wrong.',
    docs: 'statistics#3-which-version-is-right',
  },
  gains_losses: {
    title: 'Gains and losses',
    sentence:
      'Labelled disagreements that the shadow got right (gains), and that the primary got right (losses).',
    docs: 'report#a-block',
  },
  bounds: {
    title: 'Bounds',
    sentence: 'Where the difference in this sample lies whatever the missing labels say.',
    docs: 'statistics#3-which-version-is-right',
  },
  anytime_p: {
    title: 'Anytime-valid p',
    sentence: 'A p-value for as many looks as you like. It decides nothing.',
    docs: 'report#a-block',
  },
  mcnemar: {
    title: 'McNemar’s p',
    sentence: 'The exact paired test, a footnote: valid for one look only. It decides nothing.',
    docs: 'report#a-block',
  },
  margin: {
    title: 'Margin',
    sentence: 'The loss that is tolerated: a segment is safe when its whole interval lies above it.',
    docs: 'report#a-segment',
  },
  status: {
    title: 'Status',
    sentence:
      'Regressed: worse beyond doubt. Better: better beyond doubt. Safe: no worse than the margin. Undecided: anything else.',
    docs: 'report#a-segment',
  },
  evidence: {
    title: 'Evidence',
    sentence:
      'An e-value against “the shadow is no worse here”. The alarm sounds when it reaches its threshold, K/α for K segments, however often one looks.',
    docs: 'statistics#4-many-segments',
  },
  similarity: {
    title: 'Similarity',
    sentence:
      'Mean cosine of the two vectors, or the share of their first k items that two rankings have in common.',
    docs: 'statistics#9-similarity',
  },
  error: {
    title: 'Mean absolute error',
    sentence:
      'Mean distance from the truth over labelled rows; the difference is shadow minus primary, so above zero the shadow is worse.',
    docs: 'report#a-block',
  },
  error_rate: {
    title: 'Errors',
    sentence: 'Share of rows without an outcome: what failed, timed out or was lost.',
    docs: 'report#a-block',
  },
  readiness: {
    title: 'Readiness',
    sentence: 'Whether there is enough evidence to decide. All four gates have to be open.',
    docs: 'report#readiness',
  },
  samples: {
    title: 'Samples',
    sentence:
      'Open when every segment has as many compared rows as the target says; the smallest segment is shown.',
    docs: 'report#readiness',
  },
  power: {
    title: 'Power',
    sentence:
      'Pairs it takes to see a loss as large as the margin with probability 0.8, watched all the time. Disagreements without a label are no evidence.',
    docs: 'statistics#7-how-many-and-when',
  },
  coverage: {
    title: 'Coverage',
    sentence: 'Open when one whole cycle was seen, and 95% of its hours of the week.',
    docs: 'report#readiness',
  },
  hours_of_week: {
    title: 'Hours of the week',
    sentence: 'Compared rows in each hour of the week, UTC. A model that is fine by day may not be at night.',
    docs: 'report#readiness',
  },
  labels: {
    title: 'Labels',
    sentence:
      'Compared rows older than the label maturity, and how many have their ground truth. Open when every disagreement has one, or 30 of them speak for one version.',
    docs: 'report#readiness',
  },
  confidence: {
    title: 'Confidence',
    sentence: 'Probability that the version gives to the class it predicts.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  psi: {
    title: 'PSI',
    sentence:
      'Population stability index between the two versions’ confidences; 0.1 and 0.25 are the conventional marks.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  js_distance: {
    title: 'Jensen-Shannon distance',
    sentence: 'Distance of the two distributions of confidence, base 2: 0 is equal, 1 is apart.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  ks: {
    title: 'Kolmogorov-Smirnov',
    sentence: 'Largest distance between the two cumulative distributions of confidence.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  wasserstein: {
    title: 'Wasserstein distance',
    sentence: 'How far, on average, confidence would have to move to turn one distribution into the other.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  ece: {
    title: 'Calibration error (ECE)',
    sentence: 'How far, on average, confidence is from the share that was right, over ten bins.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  brier: {
    title: 'Brier score',
    sentence: 'Mean squared distance of confidence from being right (1) or wrong (0): lower is better.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  flips: {
    title: 'Flips',
    sentence: 'Who turned into what: rows by the primary’s outcome and the shadow’s.',
    docs: 'report#the-report',
  },
  latency: {
    title: 'Latency',
    sentence:
      'Milliseconds of queue and run together, of the first row of each request; within 1% of the exact quantile.',
    docs: 'statistics#6-latency',
  },
  latency_queue: {
    title: 'Queue',
    sentence: 'From the arrival of a request to the start of its run.',
    docs: 'statistics#6-latency',
  },
  latency_compute: {
    title: 'Compute',
    sentence: 'The run of the model alone.',
    docs: 'statistics#6-latency',
  },
  latency_ratio: {
    title: 'Latency ratio',
    sentence:
      'Geometric mean of the shadow’s latency over the control’s, or the primary’s where there is no control: the control runs under the shadow’s conditions.',
    docs: 'statistics#6-latency',
  },
  control: {
    title: 'Control',
    sentence:
      'The primary’s own version run under the shadow’s conditions: the noise floor, and the fair partner.',
    docs: 'shadowing',
  },
  cpu_per_1000: {
    title: 'CPU',
    sentence: 'CPU of all the threads and processes of the version, for 1,000 rows.',
    docs: 'report#a-block',
  },
  memory: {
    title: 'Memory',
    sentence: 'Resident memory in process mode; else what loading, heap and arena come to.',
    docs: 'report#a-block',
  },
  gpu: {
    title: 'GPU',
    sentence: 'The version’s share of the GPU, averaged since it was loaded.',
    docs: 'report#a-block',
  },
  rows_per_run: {
    title: 'Rows of a run',
    sentence: 'Rows that shared a run on average; a row costs less the more of them do.',
    docs: 'report#a-block',
  },
  cost: {
    title: 'Cost',
    sentence: 'Of a thousand predictions, at the price that the deployment names.',
    docs: 'report#a-block',
  },
  interference: {
    title: 'Interference',
    sentence:
      'By how much shadows slow the primary down: geometric mean latency with them and without, measured in short random pauses.',
    docs: 'report#interference',
  },
  effective_sample: {
    title: 'Effective sample',
    sentence: 'Share of the present traffic that the shadow gets, after what the governor took away.',
    docs: 'report#sampling',
  },
  sampled: {
    title: 'Sampled',
    sentence: 'Rows that the sampler chose for the shadow, dropped ones included.',
    docs: 'report#traffic',
  },
  dropped: {
    title: 'Dropped',
    sentence:
      'Rows that were sampled and that the shadow never ran, by reason. The primary answered all of them.',
    docs: 'shadowing#counting-and-drops',
  },
  label_next: {
    title: 'Label these next',
    sentence: 'Disagreements without a label, in the order in which labels would tell most.',
    docs: 'statistics#10-which-labels-next',
  },
  slices: {
    title: 'Slices',
    sentence:
      'Combinations of segments that nobody declared, found by search on earlier rows and judged on later ones.',
    docs: 'report#a-slice',
  },
  lift: {
    title: 'Lift',
    sentence: 'Rate of losses in the slice against that of all rows.',
    docs: 'report#a-slice',
  },
  agreement_over_time: {
    title: 'Agreement over time',
    sentence:
      'Agreement since the start of the window, with its anytime-valid interval: a line that drifts says that the versions agree more or less often than before.',
    docs: 'statistics#1-rates',
  },
  confidence_change: {
    title: 'Change of confidence',
    sentence: 'Mean confidence of the shadow minus that of the primary, on the same rows.',
    docs: 'statistics#2-means',
  },
  reliability: {
    title: 'Reliability curve',
    sentence:
      'Share that was right among labelled rows in each of ten bins of confidence: on the diagonal a version is right as often as it says.',
    docs: 'statistics#5-confidence-and-agreement',
  },
  nearer_farther: {
    title: 'Nearer / farther',
    sentence:
      'Labelled rows on which the shadow is nearer to the truth than the primary, and farther from it.',
    docs: 'report#a-block',
  },
  rmse: {
    title: 'Root mean square error',
    sentence: 'Root of the mean squared distance from the truth: large errors weigh more than in the mean.',
    docs: 'report#a-block',
  },
  vector_length: {
    title: 'Length of the vectors',
    sentence: 'Mean lengths of the vectors, of which the cosine knows nothing.',
    docs: 'report#a-block',
  },
  slice_rows: {
    title: 'Later rows',
    sentence:
      'Rows of the slice that came after it was found, and no others: what made the search choose it does not speak for it.',
    docs: 'statistics#11-slices',
  },
  latency_exceedance: {
    title: 'Latency',
    sentence:
      'Share of requests that take longer than so many milliseconds, of the first row of each request, both axes logarithmic: 1% take longer than p99.',
    docs: 'statistics#6-latency',
  },
  resources: {
    title: 'What each model costs',
    sentence: 'CPU, memory and GPU that a version has taken since it was loaded, whatever the window.',
    docs: 'report#a-block',
  },
  cost_ratio: {
    title: 'Against its partner',
    sentence:
      'What the shadow takes over what the control takes, or the primary where there is no control. The control runs under the shadow’s conditions.',
    docs: 'report#a-block',
  },
  cpu_seconds: {
    title: 'CPU in all',
    sentence: 'CPU seconds since the version was loaded; how many hangs on how much traffic it got.',
    docs: 'report#a-block',
  },
  gpu_memory: {
    title: 'GPU memory',
    sentence: 'What the version holds of the GPU’s memory now.',
    docs: 'report#a-block',
  },
  gpu_power: {
    title: 'GPU power',
    sentence: 'The version’s share of the GPU’s power, averaged since it was loaded.',
    docs: 'report#a-block',
  },
  all_rows: {
    title: 'All rows',
    sentence: 'Rows of all requests that the primary could decode, sampled or not.',
    docs: 'report#traffic',
  },
  interference_p99: {
    title: 'p99 of the primary',
    sentence:
      'The primary’s 99th percentile with its shadows and while they are paused. It has no interval, and decides nothing.',
    docs: 'report#interference',
  },
  disagreements: {
    title: 'Newest disagreements',
    sentence: 'Compared rows on which the versions differ, the newest first, as they are in the log.',
    docs: 'comparison-log#comparisons',
  },
  dropped_queue_full: {
    title: 'Queue full',
    sentence:
      'The shadow’s queue had no room: traffic came faster than the shadow runs. Sample less, or give it more CPU.',
    docs: 'shadowing#counting-and-drops',
  },
  dropped_deadline: {
    title: 'Deadline',
    sentence:
      'It waited in the shadow’s queue for longer than its deadline. Sample less, or give it more CPU.',
    docs: 'shadowing#counting-and-drops',
  },
  dropped_stalled: {
    title: 'Stalled',
    sentence:
      'A run of the shadow hung, or its worker was being replaced. Its lane gets nothing until it is well.',
    docs: 'shadowing#lanes-that-fail',
  },
  dropped_breaker: {
    title: 'Circuit breaker',
    sentence: 'The shadow failed so often that it is left alone for a while. Look at its errors.',
    docs: 'shadowing#lanes-that-fail',
  },
  dropped_budget: {
    title: 'Governor',
    sentence:
      'The governor held it back: in a short pause that measures interference, or since the shadow slows the primary down by more than its budget.',
    docs: 'shadowing#the-governor',
  },
} as const satisfies Record<string, Definition>;

export type DefinitionKey = keyof typeof definitions;

/** Address of the built page of documentation. */
export function docsUrl(docs: string): string {
  const [page, anchor] = docs.split('#');
  return `/dashboard/docs/${page}.html${anchor === undefined ? '' : `#${anchor}`}`;
}
