import type { Hint } from '../../shared/hint.js';
import { SCOPE_TEXT, type PageError } from './page-errors.js';

const DOCUMENTED = ['appid', 'redirect_uri', 'response_type', 'scope', 'state', 'component_appid'];

/**
 * What is to be said about the order of the parameters, if it is not the documented one. Other parameters may
 * stand anywhere: WeChat's own browser adds some.
 */
export function findOrderMistake(params: URLSearchParams): Hint | undefined {
  const sent = [...params.keys()].filter((name) => DOCUMENTED.includes(name));
  const isInOrder = sent.every(
    (name, index) => index === 0 || DOCUMENTED.indexOf(name) > DOCUMENTED.indexOf(sent[index - 1] ?? ''),
  );
  if (isInOrder) return undefined;
  const order = DOCUMENTED.filter((name) => name !== 'component_appid' || params.has(name)).join(', ');
  return {
    en: `The parameters came as ${sent.join(', ')}; the documented order is ${order}. WeChat documents it as required, several published clients send another one.`,
    zh: `参数的顺序为 ${sent.join('、')}，而文档规定的顺序是 ${order.replaceAll(', ', '、')}。文档要求按此顺序，但也有多个已发布的客户端不按此顺序。`,
  };
}

/** Refuses another order, under the option `strictOrder`. */
export function refuseOrder(mistake: Hint): PageError {
  return {
    text: SCOPE_TEXT,
    hint: {
      en: `${mistake.en}\nIt is refused because the option strictOrder is on.`,
      zh: `${mistake.zh}\n因选项 strictOrder 为 true 而被拒绝。`,
    },
  };
}
