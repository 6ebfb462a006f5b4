extension ScaledDotProductAttention {
  /// The gradients of a loss with respect to what attention was taken of.
  package struct Gradient: Sendable {
    /// With respect to the scaled queries.
    package var queries: Tensor
    /// With respect to the keys.
    package var keys: Tensor
    /// With respect to the values.
    package var values: Tensor
  }

  /// The gradients, from that with respect to the outputs.
  ///
  /// Probabilities P are made up anew. With g the gradient of the outputs: Pᵀ·g for the values, dP
  /// = g·vᵀ, dS = P ⊙ (dP − ⟨dP, P⟩), then dS·k for the queries and dSᵀ·q for the keys. The parts of
  /// a key that come from several blocks and heads are added in their order.
  ///
  /// - Parameters:
  ///   - outputGradient: Of the shape of the queries; another traps.
  ///   - queries: What the forward pass was handed.
  ///   - keys: What the forward pass was handed.
  ///   - values: What the forward pass was handed.
  ///   - sequences: What the forward pass was handed.
  /// - Returns: Gradients of the operands' shapes.
  /// - Complexity: About two and a half times that of the forward pass.
  package func backward(
    _ outputGradient: Tensor, queries: Tensor, keys: Tensor, values: Tensor, sequences: [Sequence]
  ) -> Gradient {
    check(queries, keys, values)
    require(
      outputGradient.sizes == queries.sizes,
      "attention: gradient of shape \(outputGradient.shape) against queries of \(queries.shape)")
    var gradient = Gradient(
      queries: Tensor(uninitialized: queries.sizes), keys: Tensor(zeros: keys.shape),
      values: Tensor(zeros: values.shape))
    for batch in batches(of: sequences, isExact: false) {
      let probabilities = probabilities(batch, queries, keys)
      let scores = scoreGradients(batch, probabilities, outputGradient, values)
      unsafe scores.withUnsafeScalars { scores in
        unsafe keys.withUnsafeScalars { keys in
          unsafe gradient.queries.withUnsafeMutableScalars { output in
            MatrixProduct.compute(
              batch.map { block in
                unsafe MatrixProduct(
                  left: scoreRows(scores, block), .panelAlongRows,
                  right: keyRows(keys, block, from: block.keys.lowerBound), .depthAlongRows,
                  rowCount: block.queries.count, columnCount: headSize,
                  depth: block.keys.count, output: output + queryOffset(block),
                  outputStride: headCount * headSize)
              })
          }
        }
      }
      add(batch, probabilities, outputGradient, to: &gradient.values)
      add(batch, scores, queries, to: &gradient.keys)
    }
    return gradient
  }

  /// The gradients with respect to the scores of some blocks, zero for keys that are not seen.
  private func scoreGradients(
    _ blocks: [Block], _ probabilities: Tensor, _ outputGradient: Tensor, _ values: Tensor
  ) -> Tensor {
    var gradients = Tensor(uninitialized: probabilities.sizes)
    let total = gradients.count
    let dot = FoldKernel(RowKernels.Dot())
    let kernel = VectorKernel(RowKernels.SoftmaxGradient(mean: 0))
    unsafe gradients.withUnsafeMutableScalars { gradients in
      unsafe outputGradient.withUnsafeScalars { outputGradient in
        unsafe values.withUnsafeScalars { values in
          MatrixProduct.compute(
            blocks.map { block in
              unsafe MatrixProduct(
                left: queryRows(outputGradient, block), .panelAlongRows,
                right: keyRows(values, block, from: block.keys.lowerBound), .panelAlongRows,
                rowCount: block.queries.count, columnCount: block.keys.count, depth: headSize,
                output: gradients + block.start, outputStride: block.keys.count)
            })
        }
      }
      unsafe probabilities.withUnsafeScalars { probabilities in
        parallelFor(blocks.count, scalars: scalarsPerScore * total) { index in
          let block = blocks[index]
          var kernel = kernel
          for query in 0..<block.queries.count {
            let offset = block.start + query * block.keys.count
            let (row, p) = unsafe (gradients + offset, probabilities + offset)
            let seen = seen(block, query)
            let first = seen.lowerBound
            kernel.function.mean = unsafe dot.run(count: seen.count, row + first, p + first)
            unsafe kernel.run(over: seen, VectorPointers(row, p, to: row))
            unsafe (row).update(repeating: 0, count: first)
            unsafe (row + seen.upperBound).update(
              repeating: 0, count: block.keys.count - seen.upperBound)
          }
        }
      }
    }
    return gradients
  }

  /// Adds the products of transposed scores with queries' rows to the rows of the keys.
  private func add(
    _ blocks: [Block], _ scores: Tensor, _ rows: Tensor, to sums: inout Tensor
  ) {
    var starts = [0]
    for block in blocks { starts.append(starts[starts.count - 1] + block.keys.count * headSize) }
    var parts = Tensor(uninitialized: [starts[blocks.count]])
    unsafe parts.withUnsafeMutableScalars { parts in
      unsafe scores.withUnsafeScalars { scores in
        unsafe rows.withUnsafeScalars { rows in
          MatrixProduct.compute(
            blocks.enumerated().map { index, block in
              unsafe MatrixProduct(
                left: scoreRows(scores, block), .depthAlongRows,
                right: queryRows(rows, block), .depthAlongRows,
                rowCount: block.keys.count, columnCount: headSize,
                depth: block.queries.count, output: parts + starts[index],
                outputStride: headSize)
            })
        }
      }
    }
    let add = VectorKernel(ArithmeticFunctions.Add())
    let total = parts.count
    unsafe sums.withUnsafeMutableScalars { sums in
      unsafe parts.withUnsafeScalars { parts in
        // Heads have columns of their own, so that the order of each sum stays.
        parallelFor(keyValueHeadCount, scalars: scalarsPerScore * total) { head in
          for (index, block) in blocks.enumerated() where keyValueHead(of: block.head) == head {
            let first = keyOffset(block, from: block.keys.lowerBound)
            for key in 0..<block.keys.count {
              let own = unsafe sums + first + key * keyValueHeadCount * headSize
              let part = unsafe parts + starts[index] + key * headSize
              unsafe add.run(over: 0..<headSize, VectorPointers(own, part, to: own))
            }
          }
        }
      }
    }
  }

  /// The scores of a block.
  private func scoreRows(_ scores: UnsafePointer<Float>, _ block: Block) -> RowMajorMatrix {
    unsafe RowMajorMatrix(base: scores + block.start, rowStride: block.keys.count)
  }
}
