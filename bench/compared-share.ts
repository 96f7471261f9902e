import { metricLines, sumOf } from './metrics-text.ts';

/**
 * Share of the sampled rows that the shadow ran, from the server's metrics; null where there is no shadow. A starved
 * shadow costs nothing, so it belongs beside the cost.
 */
export async function comparedShare(url: string): Promise<number | null> {
  const lines = metricLines(await (await fetch(`${url}/metrics`)).text());
  const sampled = sumOf(lines, 'shadow_sampled_rows_total');
  return sampled === 0 ? null : sumOf(lines, 'nv_inference_count', { role: 'shadow' }) / sampled;
}
