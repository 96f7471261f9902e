import { gatesOf, readinessText } from '../../../src/presentation/gates.ts';
import { minuteOf } from '../../../src/presentation/report-text.ts';
import { Part, Section } from '../components/section.tsx';
import { Term } from '../components/term.tsx';
import type { SectionProps } from '../sections/section-props.ts';
import { GateBar } from './gate-bar.tsx';
import styles from './readiness.module.css';
import { WeekMap } from './week-map.tsx';

/** Whether there is enough evidence, gate by gate, and when there will be. */
export function Readiness({ report, timeline }: SectionProps) {
  return (
    <Section id="readiness" title="Readiness" define="readiness" note={readinessText(report.readiness)}>
      <div className={styles.columns}>
        <ul className={styles.gates}>
          {gatesOf(report).map(({ name, gate, text }) => (
            <li key={name} className={styles.gate}>
              <span className={styles.name}>
                <Term of={name} />
              </span>
              <GateBar name={name} gate={gate} />
              <span className={styles.text}>
                {text}
                {gate.eta === null ? null : (
                  <span className={styles.eta}> · by {minuteOf(gate.eta)} UTC</span>
                )}
              </span>
            </li>
          ))}
        </ul>
        <Part title="Hours of the week" define="hours_of_week" note="compared rows, UTC">
          <WeekMap hours={timeline?.hours_of_week ?? null} />
        </Part>
      </div>
    </Section>
  );
}
