import { ratioLine } from './case-text.ts';
import type { ChosenScenario } from './chosen-cases.ts';
import type { SuiteResult } from './suite-result.ts';
import { wantedText } from './wanted.ts';

/** What `--list` says. */
export function listText(chosen: readonly ChosenScenario[]): string {
  return chosen
    .map(({ scenario, cases }) => {
      const lines = cases.map(({ name, about, ratios }) => {
        const wanted = ratios.flatMap(({ measure, of, by, wanted }) =>
          wanted === null ? [] : [`${measure} of ${of} ${wantedText(wanted)} × ${by}`],
        );
        const wants = wanted.length === 0 ? '' : ` Wanted: ${wanted.join('; ')}.`;
        return `  ${scenario.name}/${name}\n    ${about}${wants}\n`;
      });
      return `${scenario.name}: ${scenario.about}\n${lines.join('')}`;
    })
    .join('\n');
}

/** On what it was measured, and what came of all that was wanted. */
export function summaryText({ machine, versions, settings, scenarios }: SuiteResult): string {
  const wanted = scenarios.flatMap(({ name, cases }) =>
    cases.flatMap(({ name: one, ratios }) =>
      ratios.flatMap((ratio) => (ratio.wanted === null ? [] : [`${name}/${one}: ${ratioLine(ratio)}`])),
    ),
  );
  const gpus = machine.gpus.length === 0 ? '' : `, ${machine.gpus.join(', ')}`;
  const lines = [
    `\n${machine.availableCpus} of ${machine.cpus} × ${machine.cpuModel}${gpus}; Node ${versions.node}, ONNX Runtime ${versions.onnxRuntime}, ` +
      `Understudy ${versions.understudy}${versions.commit === null ? '' : ` (${versions.commit})`}; ` +
      `${settings.rounds} rounds of ${settings.seconds} s, load generator on the same machine`,
    ...(settings.quick ? ['a smoke run: it shows that everything works, not how fast it is'] : []),
    ...wanted,
  ];
  return `${lines.join('\n')}\n`;
}
