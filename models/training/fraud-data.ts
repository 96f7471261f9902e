import { Random } from './random.ts';

/**
 * Card payments of an invented bank, and whether an analyst had to review them (about 30%). What a payment looks like
 * and what makes it suspicious is written down here, so that demo and tests can ask for as many as they like.
 */
export interface Transaction {
  readonly id: string;
  /** The card. */
  readonly entity: string;
  /** By the names of `featureNames`, as the payment gateway sends them. */
  readonly features: Readonly<Record<string, number>>;
  /** `country` and `channel`; the age band is derived from the feature. */
  readonly segments: Readonly<Record<string, string>>;
  /** 1: needed a review. */
  readonly label: 0 | 1;
}

/** In the order of the models' input columns. */
export const featureNames = [
  /** Euro. That is what the column is documented to be; see `brazilianRealsPerEuro`. */
  'amount_eur',
  /** The amount by what this card usually pays, both in the currency of the card. */
  'amount_to_usual',
  /** 0 … 23, local time. */
  'hour',
  /** Years. */
  'customer_age',
  'account_age_days',
  'distance_from_home_km',
  /** Chargebacks per thousand payments in the merchant's category. */
  'merchant_chargebacks',
  /** 1 at a terminal, 0 online. */
  'card_present',
  /** Payments with this card in the last 24 hours. */
  'payments_last_day',
  /** Disputes the customer has raised before. */
  'prior_disputes',
  /** Since this device was first seen; 0 is now. */
  'device_age_days',
  /** Wrong codes or declined attempts before this one, in the last hour. */
  'failed_attempts',
] as const;

export const countryWeights = { DE: 0.26, FR: 0.19, GB: 0.17, US: 0.16, IN: 0.11, ES: 0.06, BR: 0.05 };
export const channelWeights = { web: 0.38, app: 0.34, pos: 0.28 };

/**
 * The Brazilian acquirer's gateway puts reals into `amount_eur`. The warehouse, where training data comes from, converts
 * them; the live feed does not. A model that looks at the ratio to the usual amount never notices, one that looks
 * at the amount does.
 */
export const brazilianRealsPerEuro = 6.2;

/** Cards in circulation; each keeps its country, owner and habits. */
const cardCount = 250_000;

/** Payments as they reach a model that is serving. */
export function generateTransactions(seed: number, count: number): readonly Transaction[] {
  return generate(seed, count, (amountEuro, country) =>
    country === 'BR' ? amountEuro * brazilianRealsPerEuro : amountEuro,
  );
}

/** The same payments as the warehouse has them, for training: every amount in Euro. */
export function generateWarehouseRows(seed: number, count: number): readonly Transaction[] {
  return generate(seed, count, (amountEuro) => amountEuro);
}

/** One row of the models' input `x`. */
export function featureVector(transaction: Transaction): number[] {
  return featureNames.map((name) => transaction.features[name] ?? Number.NaN);
}

function generate(
  seed: number,
  count: number,
  sentAmount: (amountEuro: number, country: string) => number,
): readonly Transaction[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, i) => {
    const cardNumber = random.integer(cardCount);
    const card = cardOf(cardNumber);
    const channel = random.pick(channelWeights);
    const payment = drawPayment(random, card, channel);
    const label = random.uniform() < 1 / (1 + Math.exp(-suspicion(payment))) ? 1 : 0;
    return {
      id: `pay-${seed}-${i}`,
      entity: `card-${cardNumber}`,
      features: { ...payment, amount_eur: round(sentAmount(payment.amount_eur, card.country), 2) },
      segments: { country: card.country, channel },
      label,
    };
  });
}

type Payment = Readonly<Record<(typeof featureNames)[number], number>>;

interface Card {
  readonly country: string;
  readonly age: number;
  readonly accountAgeDays: number;
  readonly usualEuro: number;
  readonly disputes: number;
  readonly usualDeviceAgeDays: number;
}

function cardOf(cardNumber: number): Card {
  const random = new Random(0x5eed ^ Math.imul(cardNumber, 0x9e3779b1));
  return {
    country: random.pick(countryWeights),
    age: 18 + Math.floor(68 * random.uniform() ** 1.4),
    accountAgeDays: Math.round(Math.exp(6.2 + 1.1 * random.normal())),
    usualEuro: Math.exp(3.7 + 0.6 * random.normal()),
    disputes: poisson(random, 0.35),
    usualDeviceAgeDays: Math.exp(5 + random.normal()),
  };
}

function drawPayment(random: Random, card: Card, channel: string): Payment {
  const cardPresent = channel === 'pos' ? 1 : 0;
  const toUsual = Math.exp(0.75 * random.normal());
  const newDevice = cardPresent === 0 && random.uniform() < 0.15;
  return {
    amount_eur: card.usualEuro * toUsual,
    amount_to_usual: round(toUsual, 3),
    hour: Math.floor(
      24 * (random.uniform() < 0.15 ? random.uniform() * 0.25 : 0.25 + 0.75 * random.uniform()),
    ),
    customer_age: card.age,
    account_age_days: card.accountAgeDays,
    distance_from_home_km: round(Math.exp(2 + 1.6 * random.normal()), 1),
    merchant_chargebacks: round(Math.exp(1 + 0.8 * random.normal()), 2),
    card_present: cardPresent,
    payments_last_day: poisson(random, 2.2),
    prior_disputes: card.disputes,
    device_age_days: newDevice ? 0 : Math.round(card.usualDeviceAgeDays),
    failed_attempts: poisson(random, 0.3),
  };
}

/** Log-odds of a review. Amounts in Euro: what is suspicious does not depend on what a gateway writes into a field. */
function suspicion(payment: Payment): number {
  const night = payment.hour < 6 ? 1 : 0;
  const online = 1 - payment.card_present;
  const remote = Math.log(1 + payment.distance_from_home_km / 8) - 0.85;
  const risky = Math.log(payment.merchant_chargebacks / 2.7);
  const large = Math.log(payment.amount_eur / 40);
  const unusual = Math.log(payment.amount_to_usual + 0.01);
  const newAccount = 6.2 - Math.log(1 + payment.account_age_days);
  const burst = Math.max(0, payment.payments_last_day - 3);
  const newDevice = payment.device_age_days === 0 ? 1 : 0;
  return (
    2.4 *
    (-1.27 +
      0.59 * large +
      0.5 * unusual +
      0.45 * risky +
      0.3 * newAccount +
      0.45 * remote * (1 + 0.7 * payment.card_present) +
      0.9 * night * online +
      0.3 * burst +
      0.35 * payment.prior_disputes +
      0.8 * newDevice * (1 + 0.5 * Math.tanh(large)) +
      0.35 * Math.min(payment.failed_attempts, 3))
  );
}

/** Knuth's method; for small means. */
function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let product = random.uniform();
  let count = 0;
  while (product > limit) {
    product *= random.uniform();
    count++;
  }
  return count;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
