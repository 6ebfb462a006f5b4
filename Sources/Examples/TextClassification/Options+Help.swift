extension Options {
  /// What `--help` prints.
  package static let help = """
    Trains a mixture of experts to classify short texts, and shows what each expert learned.

      swift run -c release text-classification [options]

    Without options it trains on the lines that come with it: three tasks with ten labels.

    Your own data
      --train FILE      train on a file, one label<TAB>text a line, in UTF-8; a third column may
                        name the group of the line, which the report then sorts lines by
      --test FILE       test with another file; without it every 5th line of each label is held out

    The mixture
      --experts N       number of experts, 1 to 64 (default: 3)
      --top-k K         send each text to the K best experts only (default: to all, weighted)
      --hidden N        hidden units of each expert, 1 to 1024 (default: 32)
      --balance NAME    what spreads texts over the experts; the report says how even they are
        any gate:       decisive (default where all answer), importance, entropy, token-entropy, z,
                        none
        with --top-k:   load (default), load-sequence, smooth-load (a noisy gate), heterogeneous
                        (the last expert costs half), or without a loss: bias-sign,
                        bias-proportional, bias-quantile
        own choices:    top-p-entropy (experts until their probabilities exceed a half),
                        sparsity (experts above zero; --top-k is how many on average, else 1)
      --balance-weight X  weight of that loss, or step of that bias (default: a usual one)

    Training
      --epochs N        times that every line is seen (default: 30; fewer beyond 2,000 lines)
      --seed N          seed of the parameters and of the order of the lines (default: 1)
      --save FILE       save the trained model as a safetensors file

    Using it
      --classify TEXT   classify a text; may be given several times
      --load FILE       use a saved model instead of training one: with --classify for its texts,
                        with --test for a labelled file, else for the lines of standard input
      --report FILE     write a page of HTML about where the test lines went, to look at in a
                        browser: experts' loads, the lines by expert, curves of the training
      --help            print this text

    The same data, options and seed give the same model, to the last bit.
    """
}
