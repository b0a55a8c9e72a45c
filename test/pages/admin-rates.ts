/** Error rates of the sample pages. */
export const rates = [
  {
    name: 'False match',
    value: '0.0007 %',
    bound: '0.0012 %',
    basis: 'A stranger’s face is taken for the person’s, in one try.',
  },
  {
    name: 'False non-match',
    value: '1.3 %',
    bound: '',
    basis: 'The person’s own face is not recognised, in one try.',
  },
]
