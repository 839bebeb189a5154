/** What a cap counts. */
export type Metric = "attempt" | "connection" | "buyer_conversion" | "revenue" | "earned_revenue";
/** The stretch of time that a cap counts within. */
export type Window = "hourly" | "daily" | "monthly" | "total";
/** The name of a limit, such as attempt_daily_limit. */
export type LimitName = `${Metric}_${Window}_limit`;

/** What may be written of a buyer group, in any form that the API takes: `"1,500"` for 1500, `"yes"` for true. */
export type BuyerGroupDraft = { [field: string]: unknown };

/** What the API is to be sent: only fields with a checked value, in the form in which it keeps them. */
export interface BuyerGroupChange extends Partial<Record<LimitName, number | null>> {
  name?: string;
  external_record_id?: string | null;
  time_zone?: string | null;
  /** When it takes calls, by the clocks of its time zone: `Mon-Fri 09:00-17:00, Sat 10:00-14:00`. Blank: always. */
  hours?: string | null;
  paused?: boolean;
  dial_buyers_type?: "sequentially" | "simultaneously";
  tier?: number;
  weight?: number;
  buyer_ids?: number[];
  add_buyer_ids?: number[];
  remove_buyer_ids?: number[];
  add_user_buyer_ids?: string[];
  remove_user_buyer_ids?: string[];
  concurrency_cap_limit?: number | null;
  reset_total_caps?: boolean;
  generate_team?: boolean;
  team_users_emails?: string[];
  team_offer_ids?: number[];
}

/** One broken rule on one field. "Tier" + " " + "must be a decimal number" + "." is a sentence for people. */
export interface Violation {
  /** The name of the field in the draft. */
  field: string;
  /** What people call the field. */
  label: string;
  /** The rest of the sentence. */
  message: string;
}

/**
 * Judges the draft of a buyer group by the rules of the API, without asking the server; whether the buyers exist that
 * it names, only the server can tell. A draft with an `id` is a change, any other a new group. It rejects only when the
 * rules cannot be loaded, never for what the draft is.
 */
export function validateBuyerGroup(
  draft: unknown,
): Promise<{ ok: true; change: BuyerGroupChange } | { ok: false; violations: Violation[] }>;
