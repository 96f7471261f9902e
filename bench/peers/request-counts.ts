/** Since the server started. */
export interface RequestCounts {
  /** Requests that the primary answered. */
  served: number;
  /** Those that the shadow has answered, too. */
  shadowed: number;
}

/** As every peer tells them. */
export async function readPeerCounts(url: string): Promise<RequestCounts> {
  const read = async (name: string): Promise<number> => Number(await textAt(`${url}/counts/${name}`));
  // In this order, so that what happens in between does not look as if the shadow had done more than there was to do.
  const shadowed = await read('shadowed');
  return { served: await read('served'), shadowed };
}

/** From its metrics; they count rows, so requests must have one each. */
export async function readUnderstudyCounts(url: string): Promise<RequestCounts> {
  const metrics = await textAt(`${url}/metrics`);
  const rows = (role: string): number =>
    Number(new RegExp(`^nv_inference_count\\{.*role="${role}".*\\} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0);
  return { served: rows('primary'), shadowed: rows('shadow') };
}

async function textAt(address: string): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.text();
}
