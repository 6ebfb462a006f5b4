/// A text to learn from, written for this project: a year in a small village by the sea.
///
/// Every month has the same parts (a logbook, the weather, stories, a recipe, prices, a letter,
/// riddles, advice, a rhyme), so that the end of it, which is kept to validate with, is like all
/// the rest.
enum EmbeddedText {
  /// The whole chronicle, from January on.
  static let text = months.joined(separator: "\n\n") + "\n"

  private static let months = [
    january, february, march, april, may, june, july, august, september, october, november,
    december,
  ]
}
