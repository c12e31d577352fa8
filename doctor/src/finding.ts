import type { Language, Text } from './text.js';

/** `fault`: the login fails, or lets in the wrong user. `unknown`: it could not be found out from here. */
export type Level = 'ok' | 'warning' | 'fault' | 'unknown';

/** What a finding rests on: a document of WeChat's or a standard, reports of users, or public code and captures. */
export type Confidence = 'document' | 'users' | 'code';

/** One thing that the examination found out. Holds no secret, code, token or cookie value. */
export interface Finding {
  /** Stable, for scripts to go by: `state.missing`. */
  id: string;
  level: Level;
  /** What it is about, in one sentence. */
  message: string;
  /** What was seen. */
  seen: string;
  /** Why it matters; empty if nothing is wrong. */
  why: string;
  /** What to do; empty if nothing is wrong. */
  cure: string;
  confidence: Confidence;
  /** URL of what the finding rests on. */
  source: string;
}

/** What a check can find. Checks keep their rules beside them, in both languages. */
export interface Rule {
  id: string;
  level: Level;
  message: Text;
  why?: Text;
  cure?: Text;
  confidence: Confidence;
  source: string;
}

/** A rule that applies, and what was seen of it. */
export interface Observation {
  rule: Rule;
  seen: Text;
}

/** @param level if it differs from the rule's own here */
export function observe(rule: Rule, seen: Text, level: Level = rule.level): Observation {
  return { rule: level === rule.level ? rule : { ...rule, level }, seen };
}

export function toFinding({ rule, seen }: Observation, language: Language): Finding {
  return {
    id: rule.id,
    level: rule.level,
    message: rule.message[language],
    seen: seen[language],
    why: rule.why?.[language] ?? '',
    cure: rule.cure?.[language] ?? '',
    confidence: rule.confidence,
    source: rule.source,
  };
}
