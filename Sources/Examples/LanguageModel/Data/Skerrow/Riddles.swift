/// Riddles of Skerrow, with their answers, and letters.
extension EmbeddedText {
  /// The riddles and letters.
  static let riddles = #"""
    RIDDLES WITH THEIR ANSWERS

    It climbs the tower with Mr. Pell each evening, and it comes down without him. What is
    it?
    His shadow, when the lamp is lit.

    It bites your nose in January and tickles it in June. What is it?
    The wind from the sea.

    Who has four arms and no shirt, and waves at everybody, and never comes down the hill?
    The mill of Tobias.

    It comes twice a day, and nobody has invited it; it goes twice a day, and nobody has
    sent it away. What is it?
    The tide.

    What is it that Agnes makes round, Nell makes smaller, and Sam makes vanish?
    A bun.

    I have one eye, and it is open only at night. I say nothing, and sailors listen. Who
    am I?
    The lighthouse.

    It is made of nothing but holes, and Old Wynn makes it bigger every evening. What is
    it?
    A net.

    Corin has two of them and uses both, the Patience has none and would be lost without.
    What are they?
    Hands. He holds the oars with them.

    I am white when I fall down from the sky, and I am white when I fall down from the
    stone, but you may bake with only one of me. Who am I?
    Snow, and flour.

    What is in the well, and in the kettle, and in the cloud, and in a goose when she is
    sad?
    Water.

    I am thin when I am hungry and round when I am full, and yet I have never eaten. You
    can see me through the window. Who am I?
    The moon.

    What can fill a whole house and weighs less than a mouse?
    The smell of bread.

    It is older than Old Wynn and younger than this morning. What is it?
    The light of a star.

    It goes into the stove as a log, and it comes out by the roof as a feather. What is
    it?
    Smoke.

    Which letters does the miller never read?
    The ones on his sacks, for he has written them himself.

    It goes from door to door and it has no feet; it tells you everything, and only when
    you have torn its coat. What is it?
    A letter from your aunt.

    He has two hundred heads and not one hat, and the snails love him. Who is he?
    The cabbage bed of René.

    What does Miss Orla give away every day and still have every evening?
    What she knows.

    There are two in the yard, and one of them is upside down. If you drop a pebble, it
    trembles. What is it?
    The pear tree and the puddle.

    A man has eleven clocks, and each shows another time. How many of them are right?
    Ask the goose.

    Nell has as many brothers as she has noses. How many brothers does she have?
    One, and he is eating.

    LETTERS

    From Nell and Sam to their aunt

    Skerrow, 3 March

    Dear Aunt Elin,

    Thank you for the parcel. The mittens fit us. They fit all of us, because there were
    five of them, and Matilda was cold. Grandmother says that she does not need anything,
    but she has eaten the ginger biscuits and does not want to speak about it.

    It rained here for the whole week. The river is brown. Sam fell into it on Tuesday,
    and I fell into it on Wednesday, so nobody can laugh at anybody.

    Please come at Easter. You can have my bed, and I can sleep on the floor with the net.

    Your Nell

    P.S. This is Sam. I did not fall. I was looking for a spoon.

    From Mr. Pell to the Office of Lights

    Skerrow Light, 14 April

    Dear Sirs,

    In your letter of the 2nd you ask why this station uses two litres of milk a week,
    when there is only one keeper. I beg to answer that there is also an assistant. She
    has been here for nine years, she has not missed a night, and she has caught, by my
    reckoning, four hundred mice, each of which would have eaten the wicks.

    I should be glad if you could send a new brush for the lens, a tin of white paint, and
    the second volume of the book about stars, as I have finished the first.

    Yours faithfully,
    A. Pell, Keeper

    From the Office of Lights to Mr. Pell

    The City, 30 April

    Dear Mr. Pell,

    The milk is approved. So are the brush and the paint. The second volume about stars is
    out with the keeper at Pennywick, who says that he reads slowly, on purpose. We have
    asked him to hurry.

    The Office would like to know the name of the assistant, for the files.

    With regards,
    H. Gründel, Clerk

    Mr. Pell answers the Office of Lights

    Skerrow Light, 9 May

    Dear Mr. Gründel,

    Her name is Pickle. She thanks you.

    Yours faithfully,
    A. Pell, Keeper

    From Tobias the miller to a maker of sails

    Skerrow, 20 June

    Dear Sir,

    I need canvas for one sail of a mill. It should be nine metres long and two metres
    wide, and stronger than the last one. The last one was good. The storm was better.

    I do not like to hurry anybody, but I have thirty sacks of wheat here, and a baker who
    comes up the hill every day and looks at me without a word.

    Respectfully,
    Tobias, at the mill

    From Agnes to her sister

    Skerrow, 22 June

    Dear Greta,

    The mill has only three sails, and I have only three sorts of bread. I go up the hill
    every day to look at it. Tobias believes that I am angry. I am not angry at all. It is
    just that the view is so pretty from up there, and he always gives me the chair that
    does not wobble.

    You ask whether I am lonely. I get up at three in the morning, Greta. At three in the
    morning there is nobody who is not lonely. But at half past five the fox goes by, and
    at six the lamp of Mr. Pell goes out, and at seven there are eleven people at my door,
    and every one of them tells me what they dreamed.

    I am sending you the recipe for the honey cake. Do not use less butter than it says. I
    know you.

    Your Agnes

    From Miss Orla to the parents

    Skerrow, 1 September

    Dear Parents,

    School begins on Monday at eight o'clock. Please send your child with a slate, a
    pencil, a handkerchief, and one question. The slate and the pencil will be used up.
    The question should be large enough to last until Christmas.

    Last year the best questions were these: Where does the candle go? Why can one not
    tickle oneself? What do the fish think that we are?

    With kind greetings,
    Orla Finch, Teacher

    From Corin to Mr. Brandt, by way of the goose

    Half past ten

    Dear neighbour,

    I have tied this note to Matilda, for I cannot leave the boat. My watch has stopped
    again. Please send back the time.

    Corin

    From Mr. Brandt to Corin, by the same post

    Dear neighbour,

    When I wrote this it was eleven. When you read it, it will be later. I cannot say by
    how much, because she has stopped at the pond. Please come yourself; there is coffee.

    Brandt

    From Tamsin to her brother in Pennywick

    Skerrow, 11 November

    Dear Jens,

    I am glad that the paint has held. I saw your boat on Friday from three miles away,
    and so, I think, did the whales. I mean that kindly.

    We had forty boxes of herring this week, and the price is poor. I do not mind. There
    was a morning when the sea was full of light, like a lamp under a blanket, and each
    time I put in the oar it dripped with sparks. I thought that I would like to show it
    to somebody. So I tell it to you.

    Give my regards to your Tobias at the lighthouse. Ours says that it is his name and
    that he had it first.

    Your Tamsin

    From René to nobody

    Skerrow, 31 December

    I do not know to whom I should write, so I am putting this into a bottle. I planted
    two hundred cabbages this year, and one hundred and ninety came up. The other ten went
    to the snails, and I do not begrudge it.

    If you find this, wherever you are, put a bean in the ground in spring. It is very
    little work, and every morning you will have a reason to go out and look.

    Happy new year. “À bientôt”, as my mother used to say.

    René, gardener

    From a stranger to René

    Aalborg, 2 May

    Dear René,

    I am ten years old. I found your bottle when I was walking with my dog. The bean is
    now eleven centimetres high. I go out to look at it every morning, and the dog goes
    too.

    Is it meant to lean to the left?

    Your friend,
    Søren
    """#
}
