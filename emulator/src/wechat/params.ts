/** The value of a parameter; `''` if there is none. */
export type Read = (name: string) => string;

export function reader(params: URLSearchParams): Read {
  return (name) => params.get(name) ?? '';
}
