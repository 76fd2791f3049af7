/** methodWords names a forecasting method for people; what is forecast here are days, so that a cycle is a week. */
export function methodWords(model: string): string {
  return model.replace('level × shape', 'weekly level × weekday profile')
}
