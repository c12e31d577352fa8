export function quantile(values, q) {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const above = Math.ceil(position);
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

/** The median, and the spread of the middle half as a share of it. */
export function summary(values) {
  const median = quantile(values, 0.5);
  return {
    median,
    spread: (quantile(values, 0.75) - quantile(values, 0.25)) / median,
    samples: values.length,
  };
}
