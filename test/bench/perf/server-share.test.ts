import { describe, expect, it } from 'vitest';
import { mergeServerShares, serverCounters, serverShare } from '../../../bench/perf/server-share.ts';

const triton = `# HELP nv_inference_request_success Number of successful inference requests
nv_inference_request_success{model="m",version="1"} 10
nv_inference_request_success{model="m",version="2"} 30
nv_inference_request_success{model="other",version="1"} 99
nv_inference_queue_duration_us{model="m",version="1"} 100
nv_inference_queue_duration_us{model="m",version="2"} 700
nv_inference_compute_infer_duration_us{model="m",version="1"} 1000
nv_inference_compute_infer_duration_us{model="m",version="2"} 7000
nv_inference_count{model="m",version="1"} 80
nv_inference_exec_count{model="m",version="1"} 20
`;

describe("the server's own share", () => {
  it('is read from the counters of one model, of one version where one is asked for', () => {
    expect(serverCounters(triton, 'm', null)).toMatchObject({ requests: 40, queueMicroseconds: 800 });
    expect(serverCounters(triton, 'm', '1')).toMatchObject({
      requests: 10,
      computeMicroseconds: 1000,
      rows: 80,
      runs: 20,
    });
  });

  it('leaves out shadows, which answer nobody', () => {
    const text = ['primary', 'shadow']
      .map((role, i) => `nv_inference_queue_duration_us{model="m",version="7",role="${role}"} ${i + 5}`)
      .join('\n');
    expect(serverCounters(text, 'm', null)?.queueMicroseconds).toBe(5);
  });

  it('is absent where the server does not count, or answered nothing meanwhile', () => {
    expect(serverCounters('process_cpu_seconds_total 5\n', 'm', null)).toBeNull();
    const counters = serverCounters(triton, 'm', null);
    expect(serverShare(counters, counters)).toBeNull();
    expect(serverShare(null, counters)).toBeNull();
  });

  it('is by request between two moments, and of several windows by their requests', () => {
    const at = (requests: number, queueMicroseconds: number, runs: number) => ({
      ...{ requests, queueMicroseconds, computeMicroseconds: requests * 10, rows: requests, runs },
    });
    const first = serverShare(at(0, 0, 0), at(100, 1000, 50))!;
    expect(first).toEqual({
      ...{ requests: 100, queueMicrosecondsPerRequest: 10, computeMicrosecondsPerRequest: 10, rowsPerRun: 2 },
    });
    const second = serverShare(at(100, 1000, 50), at(400, 13_000, 200));
    expect(mergeServerShares([first, second])?.queueMicrosecondsPerRequest).toBe(32.5);
    expect(mergeServerShares([first, null])).toBeNull();
  });
});
