import { count } from '../../../src/presentation/report-text.ts';
import styles from './week-map.module.css';

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hour);

/** Compared rows in each hour of the week: 7 days, Monday first, of 24 hours. An hour without rows is crossed out. */
export function WeekMap({ hours }: { readonly hours: readonly (readonly number[])[] | null }) {
  if (hours === null) return <div className={styles.waiting} />;
  const most = Math.max(1, ...hours.flat());
  const seen = hours.flat().filter((rows) => rows > 0).length;
  return (
    <figure>
      <table className={styles.map}>
        <caption className="unseen">
          Compared rows by hour of the week: {seen} of 168 hours were seen, the busiest has {count(most)} rows
        </caption>
        <thead>
          <tr>
            <td />
            {hoursOfDay.map((hour) => (
              <th key={hour} scope="col">
                <span className={hour % 6 === 0 ? styles.shown : 'unseen'}>{hour}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day, d) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              {hoursOfDay.map((hour) => {
                const rows = hours[d]?.[hour] ?? 0;
                return (
                  <td
                    key={hour}
                    title={`${day} ${hour}:00, ${count(rows)} rows`}
                    data-empty={rows === 0}
                    style={rows === 0 ? {} : { opacity: 0.18 + 0.82 * Math.sqrt(rows / most) }}
                  >
                    <span className="unseen">{count(rows)}</span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <figcaption className={styles.scale} aria-hidden="true">
        <span className={styles.none} /> none
        <span className={styles.ramp} /> {count(most)}
      </figcaption>
    </figure>
  );
}
