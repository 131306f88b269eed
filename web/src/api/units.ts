// Units as types: a number of seconds can't be passed where a ratio is wanted. They cost nothing at
// run time; only the edge of the program (answers of the API, arithmetic in one place) makes them.

declare const unit: unique symbol;
type Quantity<Name extends string> = number & { readonly [unit]: Name };

/** A length of time, in seconds. */
export type Seconds = Quantity<'s'>;
/** A share, 0..1, never percent. Performance may exceed 1. */
export type Ratio = Quantity<'ratio'>;
/** An instant: milliseconds since 1970 UTC. */
export type Instant = Quantity<'instant'>;
/** An instant as the API writes it: RFC 3339, UTC, milliseconds. */
export type Timestamp = string;

export const seconds = (value: number): Seconds => value as Seconds;
export const ratio = (value: number): Ratio => value as Ratio;
export const instant = (ms: number): Instant => ms as Instant;

export const instantOf = (timestamp: Timestamp): Instant => Date.parse(timestamp) as Instant;
export const timestampOf = (at: Instant): Timestamp => new Date(at).toISOString();
export const secondsBetween = (from: Instant, to: Instant): Seconds => ((to - from) / 1000) as Seconds;
export const plus = (at: Instant, by: Seconds): Instant => (at + by * 1000) as Instant;
