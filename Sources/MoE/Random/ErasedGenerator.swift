/// A random number generator of any type: what the specification of a gate or of experts draws
/// from.
public struct ErasedGenerator: RandomNumberGenerator {
  fileprivate var base: any RandomNumberGenerator

  /// A generator that draws from a copy of another, or from that one itself where it is a class.
  ///
  /// - Parameter base: The source of randomness.
  public init(_ base: some RandomNumberGenerator) { self.base = base }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 { base.next() }
}

/// Calls `body` with a generator whose type is erased, and moves the generator on by what was
/// drawn, unless `body` throws.
func withErased<Generator: RandomNumberGenerator, Result>(
  _ generator: inout Generator, _ body: (inout ErasedGenerator) throws -> Result
) rethrows -> Result {
  var erased = ErasedGenerator(generator)
  let result = try body(&erased)
  if let advanced = erased.base as? Generator { generator = advanced }
  return result
}
