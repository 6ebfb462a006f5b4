import Foundation

/// Turns a text into numbers: hashed n-grams of its words and characters.
///
/// Each n-gram of a text adds or subtracts one at a place that its hash says, so no vocabulary is
/// kept and a word that training never saw still shares its character n-grams with words that it
/// did see. The sums are damped by a square root and scaled to a vector of length one. A text
/// without words and symbols gives zeros.
package struct TextFeatures: Sendable, Equatable {
  /// The number of features.
  package let count: Int

  /// How many characters a character n-gram has; the ends of a word count as one character each.
  package static let gramLengths = 3...5

  /// Features of the given number.
  ///
  /// - Parameter count: More features mean fewer n-grams that share one.
  package init(count: Int = 4096) { self.count = count }

  /// The features of a text that are not zero, in ascending order of their indices.
  package func vector(of text: String) -> SparseVector {
    var sums = [Float](repeating: 0, count: count)
    var previous: Token?
    for token in tokens(of: text) {
      add(NGramHash(kind: .word).adding(token.word), to: &sums)
      if let previous {
        add(NGramHash(kind: .pair).adding(previous.word).adding([0]).adding(token.word), to: &sums)
      }
      if token.isWord { addCharacterGrams(of: token, to: &sums) }
      previous = token
    }
    return SparseVector(damping: sums)
  }

  /// A text in the form that n-grams are taken of: of one case, and composed, so that "É" and "e"
  /// with a combining accent are the same.
  package static func folded(_ text: String) -> String {
    guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text.lowercased() }
    // By way of upper case, so that ß meets ss and the two small sigmas meet.
    return text.uppercased().lowercased().precomposedStringWithCanonicalMapping
  }

  private func addCharacterGrams(of token: Token, to sums: inout [Float]) {
    let starts = token.characterStarts
    for length in TextFeatures.gramLengths where starts.count > length {
      for first in 0..<starts.count - length {
        let bytes = token.bytes[starts[first]..<starts[first + length]]
        add(NGramHash(kind: .characters).adding(bytes), to: &sums)
      }
    }
  }

  private func add(_ hash: NGramHash, to sums: inout [Float]) {
    let (index, sign) = hash.place(among: count)
    sums[index] += sign
  }
}

// MARK: - Tokens

extension TextFeatures {
  /// A word, or one symbol: a punctuation mark, an emoji.
  struct Token {
    /// The UTF-8 of the token between two spaces, which mark its ends.
    var bytes: [UInt8] = [UInt8(ascii: " ")]
    /// Where each character starts in ``bytes``, the spaces' included, and where the last one ends.
    var characterStarts = [0]
    /// Whether it is made of letters and digits.
    var isWord: Bool

    /// The bytes without the spaces.
    var word: ArraySlice<UInt8> { bytes[1..<bytes.count - 1] }

    /// Adds a character, as a reader sees it: with its combining marks, or a whole emoji.
    mutating func append(_ character: Character) {
      characterStarts.append(bytes.count)
      bytes.append(contentsOf: character.utf8)
    }

    /// The token with its end marked.
    func closed() -> Token {
      var token = self
      token.append(" ")
      token.characterStarts.append(token.bytes.count)
      return token
    }
  }

  /// The words and symbols of a text, in order.
  func tokens(of text: String) -> [Token] {
    var tokens: [Token] = []
    var word = Token(isWord: true)
    func closeWord() {
      guard word.bytes.count > 1 else { return }
      tokens.append(word.closed())
      word = Token(isWord: true)
    }
    for character in TextFeatures.folded(text) {
      if character.isLetter || character.isNumber {
        word.append(character)
        continue
      }
      closeWord()
      guard !character.isWhitespace else { continue }
      var symbol = Token(isWord: false)
      symbol.append(character)
      tokens.append(symbol.closed())
    }
    closeWord()
    return tokens
  }
}

// MARK: - Hashing

/// A hash of an n-gram that is the same on every machine, in every run and in every saved model.
///
/// It is FNV-1a of 64 bits over the n-gram's kind and its UTF-8, with a final mix, because the
/// lowest bits of FNV-1a depend on little.
package struct NGramHash: Sendable {
  /// What an n-gram is made of; a word and the same characters hash differently.
  package enum Kind: UInt8, Sendable {
    /// One word or symbol.
    case word = 1
    /// Two that follow each other.
    case pair
    /// A few characters of a word.
    case characters
  }

  /// FNV-1a of all bytes so far.
  package private(set) var state: UInt64 = 0xcbf2_9ce4_8422_2325
  private static let prime: UInt64 = 0x100_0000_01b3

  /// The hash of no bytes.
  package init() {}

  /// The hash of an n-gram's kind.
  package init(kind: Kind) { self = NGramHash().adding([kind.rawValue]) }

  /// The hash with more bytes behind those so far.
  package func adding(_ bytes: some Sequence<UInt8>) -> NGramHash {
    var hash = self
    for byte in bytes { hash.state = (hash.state ^ UInt64(byte)) &* NGramHash.prime }
    return hash
  }

  /// The feature that the n-gram counts for, and whether it counts up or down.
  package func place(among count: Int) -> (index: Int, sign: Float) {
    var mixed = state ^ (state >> 32)
    mixed &*= 0x9e37_79b9_7f4a_7c15
    mixed ^= mixed >> 29
    return (Int((mixed >> 1) % UInt64(count)), mixed & 1 == 0 ? 1 : -1)
  }
}
