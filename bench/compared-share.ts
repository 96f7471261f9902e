/**
 * Share of the sampled rows that the shadow ran, from the server's metrics; empty where there is no shadow. A starved
 * shadow costs nothing, so it belongs beside the cost.
 */
export async function comparedShare(url: string): Promise<string> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const sum = (name: string, labels = ''): number =>
    [...text.matchAll(new RegExp(`^${name}\\{.*${labels}.*\\} (\\d+)$`, 'gm'))].reduce(
      (total, [, n]) => total + Number(n),
      0,
    );
  const sampled = sum('shadow_sampled_rows_total');
  const ran = sum('nv_inference_count', 'role="shadow"');
  return sampled === 0 ? '' : `${Math.round((100 * ran) / sampled)}%`;
}
