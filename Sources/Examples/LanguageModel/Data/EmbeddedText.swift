/// A text to learn from, written for this project: the chronicles of two small villages by the sea.
///
/// Every month of the second one has the same parts (a logbook, the weather, stories, a recipe,
/// prices, a letter, riddles, advice, a rhyme), so that the end of it, which is kept to validate
/// with, is like all the rest.
enum EmbeddedText {
  /// All of it: what is known of Skerrow, then the chronicle of Pennywick, from January on.
  static let text = (skerrow + pennywick).joined(separator: "\n\n") + "\n"

  private static let skerrow = [
    tales, laterTales, talk, riddles, meetings, ledger, sums, weather, nature,
  ]

  private static let pennywick = [
    january, february, march, april, may, june, july, august, september, october, november,
    december,
  ]
}
