import type { Report } from '../../../../src/analysis/report/report.ts';
import { signed } from '../../../../src/analysis/verdict/percent-text.ts';
import { count } from '../../../../src/presentation/report-text.ts';
import { Figure, Figures } from '../../components/figure.tsx';
import { Interval } from '../../components/interval.tsx';
import layout from '../../components/layout.module.css';
import { Nothing, Section } from '../../components/section.tsx';
import table from '../../components/table.module.css';
import { Term } from '../../components/term.tsx';

/** Of a regression: how far from the truth both versions are. */
export function Distance({ report }: { readonly report: Report }) {
  const { error } = report.overall;
  return (
    <Section id="outcomes" title="Distance from the truth" define="error">
      {error === null ? (
        <Nothing>
          How far either version is from the truth shows once labels arrive: send them to POST /v2/models/
          {report.model}/labels, or enter some under “label these next”.
        </Nothing>
      ) : (
        <div className={layout.stack}>
          <Figures>
            <Figure
              define="error"
              label={`v${report.shadow} − v${report.primary}`}
              note={`${count(error.n)} labelled rows; above zero v${report.shadow} is farther from the truth`}
            >
              <Interval of={error.difference} format={(value) => signed(value, 3)} />
            </Figure>
            <Figure define="nearer_farther">
              {count(error.gains)} / {count(error.losses)}
            </Figure>
          </Figures>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">
                  <span className="unseen">measure</span>
                </th>
                <th scope="col" className={table.n}>
                  v{report.primary}
                </th>
                <th scope="col" className={table.n}>
                  v{report.shadow}
                </th>
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">
                  <Term of="error" />
                </th>
                <td className={table.n}>{error.mae_primary.toPrecision(4)}</td>
                <td className={table.n}>{error.mae_shadow.toPrecision(4)}</td>
              </tr>
              <tr>
                <th scope="row">
                  <Term of="rmse" />
                </th>
                <td className={table.n}>{error.rmse_primary.toPrecision(4)}</td>
                <td className={table.n}>{error.rmse_shadow.toPrecision(4)}</td>
              </tr>
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}
